-- Deletes a row that another refers to, which is updated by that, and its trigger tells.
-- wants: read
-- attack:
CREATE TABLE upper_one (id int PRIMARY KEY);
CREATE TABLE lower_one (id int REFERENCES upper_one ON DELETE SET NULL, v text);
INSERT INTO upper_one VALUES (1);
INSERT INTO lower_one VALUES (1, 'a');
CREATE FUNCTION tells() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  EXECUTE 'SELECT secret FROM vlt_' || 'account LIMIT 1' INTO NEW.v;
  RETURN NEW;
END $$;
CREATE TRIGGER tells BEFORE UPDATE ON lower_one FOR EACH ROW EXECUTE FUNCTION tells();
DELETE FROM upper_one;
SELECT v FROM lower_one;
