-- Fills a table that got its name after the snapshot of the transaction that fills it.
-- wants: fill
-- attack:
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT 1;
-- session: second
ALTER TABLE mallory_own RENAME TO dmo_own;
-- session: first
INSERT INTO dmo_own SELECT n, 'x' FROM generate_series(2001, 5990) n;
COMMIT;
