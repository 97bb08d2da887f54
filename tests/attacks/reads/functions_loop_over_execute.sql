-- Loops over the rows of a text made at run time.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql  AS $f$
DECLARE r record;
BEGIN
  FOR r IN EXECUTE 'SELECT * FROM vlt' || '_account' LOOP RETURN r.secret; END LOOP;
END
$f$;
SELECT peek();
