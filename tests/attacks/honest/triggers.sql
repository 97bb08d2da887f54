-- Makes a trigger on an own table that keeps a log.
-- attack:
CREATE TABLE kept (v text);
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN INSERT INTO kept VALUES (NEW.v); RETURN NEW; END$$;
CREATE TRIGGER keep AFTER INSERT ON mallory_own FOR EACH ROW EXECUTE FUNCTION keep();
INSERT INTO mallory_own VALUES (80, 'eighty');
SELECT * FROM kept;
