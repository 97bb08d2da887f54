-- Attaches a full table as a partition.
-- wants: fill
-- attack:
CREATE TABLE dmo_own (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE big AS SELECT n AS id, 'x'::text AS v FROM generate_series(1, 1001) n;
ALTER TABLE dmo_own ATTACH PARTITION big FOR VALUES FROM (1) TO (5000);
