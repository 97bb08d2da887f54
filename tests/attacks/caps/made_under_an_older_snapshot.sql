-- Fills a table that was made after the snapshot of the transaction that fills it.
-- wants: fill
-- attack:
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT 1;
-- session: second
CREATE TABLE dmo_new (id int, v text);
-- session: first
INSERT INTO dmo_new SELECT n, 'x' FROM generate_series(2001, 5990) n;
COMMIT;
