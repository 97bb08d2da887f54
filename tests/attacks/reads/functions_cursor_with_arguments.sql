-- Reads in the argument of a cursor.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql  AS $f$
DECLARE c CURSOR (wanted text) FOR SELECT wanted; r record;
BEGIN
  FOR r IN c((SELECT secret FROM vlt_account LIMIT 1)) LOOP RETURN r.wanted; END LOOP;
END
$f$;
SELECT peek();
