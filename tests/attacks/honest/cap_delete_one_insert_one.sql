-- Deletes one row and inserts one, again and again, in a full table.
-- attack:
-- repeat: 1..5
DELETE FROM dmo_full WHERE id = {n}; INSERT INTO dmo_full VALUES ({n} + 2000, 'x');
-- simple
SELECT count(*) FROM dmo_full;
