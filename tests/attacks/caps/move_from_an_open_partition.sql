-- Moves rows of an open partition into a capped one by an update of the table above them.
-- proof: SELECT count(*) > 1000 FROM dmo_two
-- wants: fill
-- attack:
CREATE TABLE wide (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE one PARTITION OF wide FOR VALUES FROM (1) TO (10000);
CREATE TABLE dmo_two PARTITION OF wide FOR VALUES FROM (10000) TO (20000);
INSERT INTO wide SELECT n, 'x' FROM generate_series(1, 2900) n;
UPDATE wide SET id = id + 10000 WHERE id < 10000;
