-- Puts INTO where it hides what is behind it.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql  AS $f$
DECLARE a text; b text;
BEGIN SELECT INTO a, b secret, name FROM vlt_account LIMIT 1; RETURN a || b; END
$f$;
SELECT peek();
