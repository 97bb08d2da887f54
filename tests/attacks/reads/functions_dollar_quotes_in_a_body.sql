-- Puts what reads behind a dollar quote that looks open.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql  AS $f$
DECLARE a text := $q$ ' $q$; found text;
BEGIN
  SELECT secret INTO found FROM vlt_account WHERE $q$'$q$ <> a LIMIT 1; -- $q$
  RETURN found;
END
$f$;
SELECT peek();
