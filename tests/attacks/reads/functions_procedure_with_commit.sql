-- Reads in a procedure between two commits.
-- wants: read
-- attack:
CREATE PROCEDURE peek(INOUT found text) LANGUAGE plpgsql AS $f$
BEGIN
  COMMIT;
  SELECT secret INTO found FROM vlt_account LIMIT 1;
  COMMIT;
END $f$;
CALL peek('');
