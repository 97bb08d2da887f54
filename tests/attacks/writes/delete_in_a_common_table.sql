-- Deletes inside a WITH query of an INSERT.
-- wants: write
-- attack:
WITH d AS (DELETE FROM vlt_note RETURNING id) INSERT INTO mallory_own SELECT id + 100, 'x' FROM d;
