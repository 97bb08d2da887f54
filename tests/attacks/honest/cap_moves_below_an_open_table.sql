-- Moves rows between the partitions of a capped table over the cap, which is itself a partition.
-- setup:
CREATE TABLE wide (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE one PARTITION OF wide FOR VALUES FROM (1) TO (10000);
CREATE TABLE dmo_two PARTITION OF wide FOR VALUES FROM (10000) TO (20000) PARTITION BY RANGE (id);
CREATE TABLE dmo_two_low PARTITION OF dmo_two FOR VALUES FROM (10000) TO (15000);
CREATE TABLE dmo_two_high PARTITION OF dmo_two FOR VALUES FROM (15000) TO (20000);
INSERT INTO wide SELECT n, 'x' FROM generate_series(12001, 13200) n;
INSERT INTO wide SELECT n, 'x' FROM generate_series(1, 10) n;
GRANT SELECT, INSERT, UPDATE, DELETE ON wide, dmo_two, dmo_two_low, dmo_two_high TO mallory;
SELECT pg_stat_force_next_flush();
-- attack:
UPDATE dmo_two SET id = id + 4000 WHERE id < 12101;
BEGIN;
UPDATE dmo_two SET id = id - 4000 WHERE id > 15000;
DELETE FROM dmo_two WHERE id < 12301;
COMMIT;
UPDATE wide SET id = id + 12000 WHERE id <= 10;
SELECT count(*) FROM dmo_two;
