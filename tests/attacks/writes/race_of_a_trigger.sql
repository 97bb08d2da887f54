-- Gives an own table a trigger that deletes licensed rows while an insert waits for that table.
-- wants: write
-- attack:
-- session: first
CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
  DELETE FROM vlt_note; RETURN NEW; END$$;
BEGIN;
CREATE TRIGGER t BEFORE INSERT ON mallory_own FOR EACH ROW EXECUTE FUNCTION cut();
-- session: writer
-- without waiting
INSERT INTO mallory_own VALUES (100, 'x');
-- session: first
SELECT pg_sleep(0.3);
COMMIT;
