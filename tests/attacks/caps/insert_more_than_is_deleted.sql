-- Deletes and inserts in one statement, more than it deletes.
-- wants: fill
-- attack:
WITH d AS (DELETE FROM dmo_nearly WHERE id <= 3 RETURNING id)
INSERT INTO dmo_nearly SELECT 1000 + n FROM generate_series(1, 9) n;
