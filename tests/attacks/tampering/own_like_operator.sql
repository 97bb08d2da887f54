-- Gives the operator that matches names with patterns another meaning.
-- wants: fill
-- attack:
CREATE FUNCTION public.unlike(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR public.~~ (LEFTARG = text, RIGHTARG = text, FUNCTION = public.unlike);
SET search_path = public, pg_catalog;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
