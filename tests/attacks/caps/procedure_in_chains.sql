-- Commits and chains in a procedure.
-- wants: fill
-- attack:
CREATE PROCEDURE put() LANGUAGE plpgsql AS $$
  BEGIN FOR n IN 1001 .. 1006 LOOP INSERT INTO dmo_nearly VALUES (n); COMMIT AND CHAIN; END LOOP; END $$;
CALL put();
