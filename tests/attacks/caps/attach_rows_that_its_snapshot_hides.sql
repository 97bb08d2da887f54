-- Makes a full table a partition in a transaction whose snapshot is older than the rows in it.
-- wants: fill
-- proof: SELECT count(*) > 1000 FROM dmo_own
-- attack:
CREATE TABLE dmo_own (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE part (id int, v text);
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT 1;
-- session: second
INSERT INTO part SELECT n, 'x' FROM generate_series(2001, 5990) n;
-- session: first
ALTER TABLE dmo_own ATTACH PARTITION part FOR VALUES FROM (1) TO (10000);
COMMIT;
