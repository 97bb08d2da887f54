-- Attaches two tables, each within the cap.
-- wants: fill
-- attack:
CREATE TABLE dmo_own (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE one AS SELECT n AS id, 'x'::text AS v FROM generate_series(1, 600) n;
CREATE TABLE two AS SELECT n AS id, 'x'::text AS v FROM generate_series(1001, 1600) n;
ALTER TABLE dmo_own ATTACH PARTITION one FOR VALUES FROM (1) TO (1000);
ALTER TABLE dmo_own ATTACH PARTITION two FOR VALUES FROM (1000) TO (2000);
