-- Reads in the message of an ASSERT.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql  AS $f$
BEGIN ASSERT false, (SELECT secret FROM vlt_account LIMIT 1); RETURN ''; END
$f$;
SELECT peek();
