-- Gives a full partitioned partition of an open table a capped name, and detaches it later.
-- wants: fill
-- attack:
CREATE TABLE wide (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE middle PARTITION OF wide FOR VALUES FROM (1) TO (10000) PARTITION BY RANGE (id);
CREATE TABLE narrow PARTITION OF middle DEFAULT;
INSERT INTO wide SELECT n, 'x' FROM generate_series(1, 2990) n;
ALTER TABLE middle RENAME TO dmo_middle;
ALTER TABLE wide DETACH PARTITION dmo_middle;
