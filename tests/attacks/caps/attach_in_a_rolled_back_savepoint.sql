-- Attaches, rolls back to before, and attaches again.
-- wants: fill
-- attack:
CREATE TABLE dmo_own (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE big AS SELECT n AS id, 'x'::text AS v FROM generate_series(1, 1001) n;
BEGIN;
SAVEPOINT a;
ALTER TABLE dmo_own ATTACH PARTITION big DEFAULT;
ROLLBACK TO a;
ALTER TABLE dmo_own ATTACH PARTITION big DEFAULT;
COMMIT;
