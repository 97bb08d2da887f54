-- Merges into a view of a partitioned table, so that a row moves and a trigger at its arrival tells.
-- wants: read
-- since: 17
-- attack:
CREATE TABLE moving (id int, v text) PARTITION BY LIST (id);
CREATE TABLE moving_1 PARTITION OF moving FOR VALUES IN (1);
CREATE TABLE moving_2 PARTITION OF moving FOR VALUES IN (2);
INSERT INTO moving VALUES (1, 'a');
CREATE VIEW moved AS SELECT * FROM moving;
CREATE FUNCTION tells() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  EXECUTE 'SELECT secret FROM vlt_' || 'account LIMIT 1' INTO NEW.v;
  RETURN NEW;
END $$;
CREATE TRIGGER tells BEFORE INSERT ON moving_2 FOR EACH ROW EXECUTE FUNCTION tells();
MERGE INTO moved USING (SELECT 1 AS one) s ON id = one WHEN MATCHED THEN UPDATE SET id = 2;
SELECT v FROM moving;
