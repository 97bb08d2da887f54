-- Gives the root of a partition a capped name while a prepared transaction holds rows in it.
-- wants: fill
-- proof: SELECT EXISTS (SELECT FROM pg_class WHERE relname = 'dmo_wide') AND (SELECT count(*) > 1000 FROM narrow)
-- attack:
CREATE TABLE wide (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE narrow PARTITION OF wide FOR VALUES FROM (1) TO (10000);
INSERT INTO narrow VALUES (1, 'so that the session knows its bounds');
BEGIN;
INSERT INTO narrow SELECT n, 'x' FROM generate_series(2, 2990) n;
PREPARE TRANSACTION 'kept';
-- session: second
ALTER TABLE wide RENAME TO dmo_wide;
-- session: first
COMMIT PREPARED 'kept';
