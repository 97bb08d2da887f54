-- Calls a procedure that gives the secret back.
-- wants: read
-- attack:
CREATE PROCEDURE loot(INOUT s text) LANGUAGE plpgsql AS $$BEGIN
  SELECT secret INTO s FROM vlt_account WHERE id = 1; END$$;
CALL loot('');
