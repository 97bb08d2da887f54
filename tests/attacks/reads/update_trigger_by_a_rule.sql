-- Inserts into a table whose rule updates another one, at which a trigger tells.
-- wants: read
-- attack:
CREATE TABLE ruled_one (id int);
CREATE TABLE told (id int PRIMARY KEY, v text);
INSERT INTO told VALUES (1, 'a');
CREATE FUNCTION tells() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  EXECUTE 'SELECT secret FROM vlt_' || 'account LIMIT 1' INTO NEW.v;
  RETURN NEW;
END $$;
CREATE TRIGGER tells BEFORE UPDATE ON told FOR EACH ROW EXECUTE FUNCTION tells();
CREATE RULE also AS ON INSERT TO ruled_one DO ALSO UPDATE told SET v = 'b';
INSERT INTO ruled_one VALUES (1);
SELECT v FROM told;
