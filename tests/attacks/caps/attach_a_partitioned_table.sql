-- Attaches a table that is itself partitioned and full.
-- wants: fill
-- attack:
CREATE TABLE dmo_own (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE mid (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE low PARTITION OF mid FOR VALUES FROM (1) TO (5000);
INSERT INTO low SELECT n, 'x' FROM generate_series(1, 1001) n;
ALTER TABLE dmo_own ATTACH PARTITION mid FOR VALUES FROM (1) TO (5000);
