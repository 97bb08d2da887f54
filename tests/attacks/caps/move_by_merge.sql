-- Moves rows of an open partition into a capped one by MERGE.
-- proof: SELECT count(*) > 1000 FROM dmo_two
-- wants: fill
-- attack:
CREATE TABLE wide (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE one PARTITION OF wide FOR VALUES FROM (1) TO (10000);
CREATE TABLE dmo_two PARTITION OF wide FOR VALUES FROM (10000) TO (20000);
INSERT INTO wide SELECT n, 'x' FROM generate_series(1, 2900) n;
-- extended
MERGE INTO wide w USING generate_series(1, 2900) g ON w.id = g WHEN MATCHED THEN UPDATE SET id = w.id + 10000;
