-- Moves rows into a capped partition by a key that follows an update elsewhere.
-- wants: fill
-- proof: SELECT count(*) > 1000 FROM dmo_two
-- attack:
CREATE TABLE owner (id int PRIMARY KEY);
CREATE TABLE wide (id int REFERENCES owner ON UPDATE CASCADE, v text) PARTITION BY RANGE (id);
CREATE TABLE one PARTITION OF wide FOR VALUES FROM (1) TO (10000);
CREATE TABLE dmo_two PARTITION OF wide FOR VALUES FROM (10000) TO (20000);
INSERT INTO owner VALUES (1);
INSERT INTO wide SELECT 1, 'x' FROM generate_series(1, 2900) n;
UPDATE owner SET id = 10001;
