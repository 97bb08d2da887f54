-- Gives a table a capped name in a transaction whose snapshot is older than the rows in it.
-- wants: fill
-- attack:
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT 1;
-- session: second
INSERT INTO mallory_own SELECT n, 'x' FROM generate_series(2001, 5990) n;
-- session: first
ALTER TABLE mallory_own RENAME TO dmo_own;
COMMIT;
