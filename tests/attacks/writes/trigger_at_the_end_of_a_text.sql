-- Lets a deferred trigger write at the end of one text.
-- wants: write
-- attack:
CREATE FUNCTION w() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
  UPDATE vlt_account SET secret = 'x'; RETURN NULL; END$$;
CREATE CONSTRAINT TRIGGER t AFTER INSERT ON mallory_own DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION w();
-- together
INSERT INTO mallory_own VALUES (100, 'x'); SELECT 1;
