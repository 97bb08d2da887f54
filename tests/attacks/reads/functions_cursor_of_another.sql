-- Fetches inside a function from a cursor that was opened outside.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql  AS $f$
DECLARE c refcursor := 'gap'; found text;
BEGIN FETCH c INTO found; RETURN found; END
$f$;
BEGIN;
SELECT run_any('DECLARE gap CURSOR FOR SELECT secret FROM vlt_account');
SELECT peek();
COMMIT;
