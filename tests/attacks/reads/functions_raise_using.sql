-- Reads in an option of RAISE.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql  AS $f$
BEGIN RAISE SQLSTATE 'ABCDE' USING HINT = (SELECT secret FROM vlt_account LIMIT 1); END
$f$;
SELECT peek();
