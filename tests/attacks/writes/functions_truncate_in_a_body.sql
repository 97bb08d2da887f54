-- Empties a table of the vault in a body.
-- wants: write
-- attack:
CREATE FUNCTION spoil() RETURNS void LANGUAGE plpgsql  AS $f$
BEGIN TRUNCATE vlt_note; END
$f$;
SELECT spoil();
