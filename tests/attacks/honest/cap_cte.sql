-- Deletes and inserts as many in one statement.
-- attack:
WITH d AS (DELETE FROM dmo_full WHERE id > 990 RETURNING id) INSERT INTO dmo_full SELECT id + 5000, 'x' FROM d;
SELECT count(*) FROM dmo_full;
