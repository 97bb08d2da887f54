-- Names the table in the declaration of a cursor only.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql  AS $f$
DECLARE c CURSOR FOR SELECT secret FROM vlt_account; found text;
BEGIN OPEN c; FETCH c INTO found; RETURN found; END
$f$;
SELECT peek();
