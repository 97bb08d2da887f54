-- Swaps the names of a licensed and an open table in one transaction.
-- wants: read
-- attack:
BEGIN;
ALTER TABLE vlt_mine RENAME TO between;
ALTER TABLE mallory_own RENAME TO vlt_mine;
ALTER TABLE between RENAME TO mallory_own;
COMMIT;
SELECT secret FROM mallory_own;
