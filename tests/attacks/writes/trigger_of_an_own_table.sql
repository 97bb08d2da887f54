-- Lets a trigger of an own table write.
-- wants: write
-- attack:
CREATE FUNCTION w() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
  UPDATE vlt_account SET secret = 'x'; RETURN NEW; END$$;
CREATE TRIGGER t AFTER INSERT ON mallory_own FOR EACH ROW EXECUTE FUNCTION w();
INSERT INTO mallory_own VALUES (100, 'x');
