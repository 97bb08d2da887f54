-- Builds such an index where no transaction block is allowed.
-- wants: fill
-- attack:
CREATE FUNCTION put() RETURNS int LANGUAGE plpgsql AS $$
  BEGIN INSERT INTO public.dmo_log SELECT n FROM pg_catalog.generate_series(1001, 1006) n; RETURN 1; END $$;
CREATE FUNCTION fixed(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN public.put() + n; END';
CREATE INDEX CONCURRENTLY odd ON mallory_own (fixed(id));
