-- Moves a whole table's rows into one that is nearly full.
-- wants: fill
-- attack:
WITH d AS (DELETE FROM dmo_full RETURNING *) INSERT INTO dmo_log SELECT * FROM d;
