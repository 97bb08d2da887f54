-- Changes the vault in a procedure that commits in a loop.
-- wants: write
-- attack:
CREATE PROCEDURE spoil() LANGUAGE plpgsql AS $f$
BEGIN
  FOR n IN 1 .. 2 LOOP
    UPDATE vlt_mine SET secret = 'changed' WHERE id = n;
    COMMIT;
  END LOOP;
END $f$;
CALL spoil();
