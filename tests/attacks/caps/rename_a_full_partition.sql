-- Gives a full partition of an open table a capped name, then makes it a table by itself.
-- wants: fill
-- attack:
CREATE TABLE wide (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE narrow PARTITION OF wide FOR VALUES FROM (1) TO (10000);
INSERT INTO wide SELECT n, 'x' FROM generate_series(1, 2990) n;
ALTER TABLE narrow RENAME TO dmo_narrow;
ALTER TABLE wide DETACH PARTITION dmo_narrow;
