-- Renames partitions of a table that is over the cap since before, and those of an open one.
-- setup:
INSERT INTO dmo_parted SELECT n, 'x' FROM generate_series(20000, 21200) n;
ALTER TABLE high OWNER TO mallory;
SELECT pg_stat_force_next_flush();
-- attack:
ALTER TABLE high RENAME TO higher;
ALTER TABLE higher RENAME TO dmo_high;
ALTER TABLE dmo_high RENAME TO high;
CREATE TABLE wide (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE narrow PARTITION OF wide FOR VALUES FROM (1) TO (10000);
INSERT INTO wide SELECT n, 'x' FROM generate_series(1, 2990) n;
ALTER TABLE narrow RENAME TO narrower;
ALTER TABLE wide RENAME TO wider;
SELECT count(*) FROM wider;
