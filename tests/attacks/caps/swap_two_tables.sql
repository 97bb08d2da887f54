-- Swaps the names of a capped table and a full one, in one transaction.
-- wants: fill
-- attack:
CREATE TABLE big AS SELECT n AS id, 'x'::text AS v FROM generate_series(1, 1001) n;
BEGIN;
ALTER TABLE dmo_mine RENAME TO mine;
ALTER TABLE big RENAME TO dmo_mine;
COMMIT;
