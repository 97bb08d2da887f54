-- Hides the operators that the witness uses behind own ones.
-- wants: read
-- attack:
CREATE FUNCTION public.never(oid, oid) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR public.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = never);
CREATE FUNCTION public.never(int[], int[]) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR public.&& (LEFTARG = int[], RIGHTARG = int[], FUNCTION = never);
SET search_path = public, pg_catalog;
SELECT read_any('SELECT secret FROM public.vlt_account');
