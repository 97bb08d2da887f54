-- Reads in an argument of RAISE NOTICE.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql  AS $f$
BEGIN RAISE NOTICE '%', (SELECT secret FROM vlt_account LIMIT 1); RETURN ''; END
$f$;
SELECT peek();
