-- Deletes a row that another refers to, which goes with it, and its trigger tells.
-- wants: read
-- attack:
CREATE TABLE upper_one (id int PRIMARY KEY);
CREATE TABLE lower_one (id int REFERENCES upper_one ON DELETE CASCADE);
INSERT INTO upper_one VALUES (1);
INSERT INTO lower_one VALUES (1);
CREATE FUNCTION tells() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE told text; BEGIN
  EXECUTE 'SELECT secret FROM vlt_' || 'account LIMIT 1' INTO told;
  RAISE NOTICE '%', told;
  RETURN OLD;
END $$;
CREATE TRIGGER tells BEFORE DELETE ON lower_one FOR EACH ROW EXECUTE FUNCTION tells();
DELETE FROM upper_one;
