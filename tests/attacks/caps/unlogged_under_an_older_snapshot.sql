-- Makes a table unlogged, which writes it anew, beside a transaction that counts by an older snapshot.
-- wants: fill
-- attack:
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT 1;
-- session: second
BEGIN;
ALTER TABLE dmo_mine SET UNLOGGED;
COMMIT;
-- session: first
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(2001, 2990) n;
COMMIT;
