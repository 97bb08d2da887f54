-- Reads in the check of a domain that is a variable's type.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql  AS $f$
DECLARE one account_id;
BEGIN one := 999; RETURN one; END
$f$;
SELECT peek();
