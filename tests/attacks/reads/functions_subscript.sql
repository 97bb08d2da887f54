-- Reads in the subscript of what is assigned to.
-- wants: read
-- shows: length 40
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql  AS $f$
DECLARE a text[];
BEGIN
  a[(SELECT count(*) FROM vlt_account)] := 'x';
  RETURN 'length ' || array_upper(a, 1);
END
$f$;
SELECT peek();
