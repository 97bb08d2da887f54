-- Moves rows to a partition whose trigger inserts as many again.
-- wants: fill
-- attack:
CREATE TABLE dmo_own (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE a PARTITION OF dmo_own FOR VALUES FROM (1) TO (5000);
CREATE TABLE b PARTITION OF dmo_own FOR VALUES FROM (5000) TO (9000);
CREATE FUNCTION again() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN INSERT INTO a VALUES (NEW.id - 4999, 'again'); RETURN NULL; END $$;
CREATE TRIGGER again AFTER INSERT ON b FOR EACH ROW EXECUTE FUNCTION again();
INSERT INTO dmo_own SELECT n, 'x' FROM generate_series(1, 900) n;
UPDATE dmo_own SET id = id + 5000 WHERE id <= 200;
