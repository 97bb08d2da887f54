-- Calls the function of a range type that was renamed: its bounds are of a domain that reads.
-- wants: read
-- attack:
CREATE FUNCTION fine(int) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN true; END';
CREATE DOMAIN bound AS int CHECK (fine(VALUE));
CREATE TYPE span AS RANGE (SUBTYPE = bound);
ALTER TYPE span RENAME TO width_of;
CREATE OR REPLACE FUNCTION fine(int) RETURNS boolean LANGUAGE plpgsql AS $$
  BEGIN RAISE NOTICE '%', (SELECT max(secret) FROM public.vlt_account); RETURN true; END $$;
SELECT span(1, 2);
