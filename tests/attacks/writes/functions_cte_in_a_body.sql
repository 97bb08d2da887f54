-- Changes the vault by a WITH query of an expression's statement.
-- wants: write
-- attack:
CREATE FUNCTION spoil() RETURNS int LANGUAGE plpgsql  AS $f$
DECLARE n int;
BEGIN
  WITH gone AS (DELETE FROM vlt_note RETURNING 1) SELECT count(*) INTO n FROM gone;
  RETURN n;
END
$f$;
SELECT spoil();
