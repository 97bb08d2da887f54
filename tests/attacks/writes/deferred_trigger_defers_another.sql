-- Lets a deferred trigger leave the writing to one that it defers anew.
-- wants: write
-- attack:
CREATE TABLE q (n int);
CREATE FUNCTION later() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
  SET CONSTRAINTS ALL DEFERRED;
  IF NEW.n < 3 THEN INSERT INTO q VALUES (NEW.n + 1);
  ELSE UPDATE vlt_account SET secret = 'x'; END IF;
  RETURN NULL; END$$;
CREATE CONSTRAINT TRIGGER t AFTER INSERT ON q DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION later();
BEGIN;
INSERT INTO q VALUES (2);
COMMIT;
