-- Makes a partitioned table with a key, fills its partitions, and attaches one that is full.
-- wants: fill
-- attack:
CREATE TABLE dmo_keyed (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE keyed_low PARTITION OF dmo_keyed FOR VALUES FROM (0) TO (1000);
CREATE TABLE keyed_high (id int PRIMARY KEY);
INSERT INTO keyed_low SELECT n FROM generate_series(0, 600) n;
INSERT INTO keyed_high SELECT n FROM generate_series(1000, 1600) n;
ALTER TABLE dmo_keyed ATTACH PARTITION keyed_high FOR VALUES FROM (1000) TO (9000);
