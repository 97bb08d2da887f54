-- Reads in the check of a domain that is the type of a column copied by %TYPE.
-- wants: read
-- attack:
CREATE TABLE typed (one account_id);
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql  AS $f$
DECLARE one typed.one%TYPE;
BEGIN one := 999; RETURN one; END
$f$;
SELECT peek();
