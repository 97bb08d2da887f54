-- Calls a procedure that copies and commits.
-- wants: read
-- attack:
CREATE TABLE loot (s text);
CREATE PROCEDURE copy_all() LANGUAGE plpgsql AS $$BEGIN
  INSERT INTO loot SELECT secret FROM vlt_account; COMMIT; END$$;
CALL copy_all();
SELECT * FROM loot;
