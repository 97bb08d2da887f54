-- Gives the operator that finds a table's products another meaning.
-- wants: fill
-- attack:
CREATE FUNCTION public.never(int[], int[]) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR public.&& (LEFTARG = int[], RIGHTARG = int[], FUNCTION = public.never);
SET search_path = public, pg_catalog;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
