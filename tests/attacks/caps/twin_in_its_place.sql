-- Renames a capped table's twin into its place between two inserts of one transaction.
-- wants: fill
-- attack:
CREATE TABLE twin (id int, v text);
INSERT INTO twin SELECT n, 'x' FROM generate_series(1, 1200) n;
SELECT pg_sleep(1.5);
SELECT 1;
BEGIN;
ALTER TABLE dmo_mine RENAME TO was_mine;
ALTER TABLE twin RENAME TO dmo_mine;
COMMIT;
