-- Gives the parent of a table a capped name while a prepared transaction holds rows in the child.
-- wants: fill
-- proof: SELECT EXISTS (SELECT FROM pg_class WHERE relname = 'dmo_own') AND (SELECT count(*) > 1000 FROM kid)
-- attack:
CREATE TABLE own (id int, v text);
CREATE TABLE kid () INHERITS (own);
BEGIN;
INSERT INTO kid SELECT n, 'x' FROM generate_series(1, 2990) n;
PREPARE TRANSACTION 'kept';
-- session: second
ALTER TABLE own RENAME TO dmo_own;
-- session: first
COMMIT PREPARED 'kept';
