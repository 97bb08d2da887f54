-- Changes the vault in an exception handler.
-- wants: write
-- attack:
CREATE FUNCTION spoil() RETURNS void LANGUAGE plpgsql  AS $f$
BEGIN
  PERFORM 1 / 0;
EXCEPTION WHEN division_by_zero THEN
  UPDATE vlt_account SET amount = 4712;
END
$f$;
SELECT spoil();
