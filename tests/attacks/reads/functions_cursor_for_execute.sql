-- Opens a cursor for a text made at run time.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql  AS $f$
DECLARE c refcursor; found text;
BEGIN
  OPEN c FOR EXECUTE 'SELECT secret FROM vlt' || '_account';
  FETCH c INTO found;
  RETURN found;
END
$f$;
SELECT peek();
