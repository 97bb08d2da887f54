-- Changes the vault by MERGE in a body.
-- wants: write
-- attack:
CREATE FUNCTION spoil() RETURNS void LANGUAGE sql AS $f$
  MERGE INTO vlt_note n USING item i ON n.id = i.id WHEN MATCHED THEN DELETE
$f$;
SELECT spoil();
