-- Fills the parent of a full table and gives it a capped name: the child is capped by its parent.
-- wants: fill
-- proof: SELECT EXISTS (SELECT FROM pg_class WHERE relname = 'dmo_own') AND (SELECT count(*) > 1000 FROM kid)
-- attack:
CREATE TABLE own (id int, v text);
CREATE TABLE kid () INHERITS (own);
INSERT INTO kid SELECT n, 'x' FROM generate_series(2001, 5990) n;
BEGIN;
INSERT INTO own VALUES (1);
ALTER TABLE own RENAME TO dmo_own;
COMMIT;
