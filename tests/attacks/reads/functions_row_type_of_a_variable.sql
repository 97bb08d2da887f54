-- Reads whole rows into a variable of the table's row type.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql  AS $f$
DECLARE r vlt_account%ROWTYPE;
BEGIN SELECT * INTO STRICT r FROM vlt_account WHERE id = 1; RETURN r.secret; END
$f$;
SELECT peek();
