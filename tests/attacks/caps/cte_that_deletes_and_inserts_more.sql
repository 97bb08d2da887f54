-- Deletes few rows and inserts many in one statement.
-- wants: fill
-- attack:
WITH gone AS (DELETE FROM dmo_nearly WHERE id < 3 RETURNING id) INSERT INTO dmo_nearly SELECT 4000 + n * 10 + gone.id, 'x' FROM generate_series(1, 5) n, gone;
