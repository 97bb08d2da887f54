-- Names the table in Unicode escapes inside a body.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql  AS $f$
BEGIN RETURN (SELECT secret FROM U&"vl\0074_account" LIMIT 1); END
$f$;
SELECT peek();
