-- Empties a table with all that refer to it, and the trigger of one of those tells.
-- wants: read
-- attack:
CREATE TABLE upper_one (id int PRIMARY KEY);
CREATE TABLE lower_one (id int REFERENCES upper_one);
CREATE FUNCTION tells() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE told text; BEGIN
  EXECUTE 'SELECT secret FROM vlt_' || 'account LIMIT 1' INTO told;
  RAISE NOTICE '%', told;
  RETURN NULL;
END $$;
CREATE TRIGGER tells BEFORE TRUNCATE ON lower_one EXECUTE FUNCTION tells();
TRUNCATE upper_one CASCADE;
