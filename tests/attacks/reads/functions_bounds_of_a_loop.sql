-- Reads in the bound of a loop.
-- wants: read
-- shows: first letter t
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql  AS $f$
DECLARE found int := 0;
BEGIN
  FOR n IN 1 .. (SELECT ascii(secret) FROM vlt_account LIMIT 1) LOOP found := n; END LOOP;
  RETURN 'first letter ' || chr(found);
END
$f$;
SELECT peek();
