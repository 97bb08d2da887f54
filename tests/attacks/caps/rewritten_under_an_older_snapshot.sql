-- Rewrites a table while a transaction is open whose older snapshot shows none of the new rows.
-- wants: fill
-- attack:
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT 1;
-- session: second
ALTER TABLE dmo_mine ALTER v TYPE varchar(100);
-- session: first
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(2001, 2990) n;
COMMIT;
