-- Empties an own table.
-- attack:
TRUNCATE mallory_own;
SELECT count(*) FROM mallory_own;
