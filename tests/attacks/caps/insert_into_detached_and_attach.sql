-- Takes a partition off, fills it, and puts it back.
-- wants: fill
-- attack:
CREATE TABLE dmo_own (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE slice PARTITION OF dmo_own FOR VALUES FROM (1) TO (5000);
INSERT INTO dmo_own SELECT n, 'x' FROM generate_series(1, 900) n;
ALTER TABLE dmo_own DETACH PARTITION slice;
INSERT INTO slice SELECT n, 'x' FROM generate_series(901, 1900) n;
ALTER TABLE dmo_own ATTACH PARTITION slice FOR VALUES FROM (1) TO (5000);
