-- Gives an own table a trigger that waits for the commit while an update waits for that table.
-- wants: write
-- attack:
-- session: first
CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
  DELETE FROM vlt_note; RETURN NEW; END$$;
BEGIN;
CREATE CONSTRAINT TRIGGER t AFTER UPDATE ON mallory_own DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION cut();
-- session: writer
-- without waiting
UPDATE mallory_own SET v = 'x';
-- session: first
SELECT pg_sleep(0.3);
COMMIT;
