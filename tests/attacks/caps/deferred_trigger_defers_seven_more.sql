-- Has a deferred trigger defer seven more, which insert at COMMIT.
-- wants: fill
-- attack:
CREATE TABLE link (depth int, id int);
CREATE FUNCTION go_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  SET CONSTRAINTS go_on DEFERRED;
  IF NEW.depth > 0 THEN INSERT INTO link VALUES (NEW.depth - 1, NEW.id);
  ELSE INSERT INTO dmo_nearly VALUES (NEW.id, 'x'); END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER go_on AFTER INSERT ON link DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION go_on();
INSERT INTO link SELECT 7, n FROM generate_series(1001, 1006) n;
