-- Makes a partitioned table and fills its partitions up to a thousand rows in all.
-- attack:
CREATE TABLE dmo_own (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE a PARTITION OF dmo_own FOR VALUES FROM (1) TO (501);
CREATE TABLE b (id int, v text);
INSERT INTO b SELECT n, 'x' FROM generate_series(501, 1000) n;
ALTER TABLE dmo_own ATTACH PARTITION b FOR VALUES FROM (501) TO (2001);
INSERT INTO dmo_own SELECT n, 'x' FROM generate_series(1, 500) n;
UPDATE dmo_own SET id = id + 1000 WHERE id <= 500;
SELECT tableoid::regclass, count(*) FROM dmo_own GROUP BY 1 ORDER BY 1;
