-- Fills in a branch of a function that a trigger calls.
-- wants: fill
-- attack:
CREATE TABLE trap (id int);
CREATE FUNCTION pour() RETURNS trigger LANGUAGE plpgsql  AS $f$
BEGIN
  IF NEW.id > 0 THEN
    INSERT INTO dmo_full SELECT n, 'x' FROM generate_series(2001, 2010) n;
  END IF;
  RETURN NEW;
END
$f$;
CREATE TRIGGER pour BEFORE INSERT ON trap FOR EACH ROW EXECUTE FUNCTION pour();
INSERT INTO trap VALUES (1);
