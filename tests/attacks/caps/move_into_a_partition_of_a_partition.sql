-- Moves rows into a capped partition of a partition, in a transaction of the extended protocol.
-- proof: SELECT count(*) > 1000 FROM dmo_two
-- wants: fill
-- attack:
CREATE TABLE wide (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE one PARTITION OF wide FOR VALUES FROM (1) TO (10000);
CREATE TABLE two PARTITION OF wide FOR VALUES FROM (10000) TO (20000) PARTITION BY RANGE (id);
CREATE TABLE dmo_two PARTITION OF two DEFAULT;
INSERT INTO wide SELECT n, 'x' FROM generate_series(1, 2900) n;
BEGIN;
-- extended
UPDATE wide SET id = id + 10000 WHERE id < 10000;
-- extended
COMMIT;
