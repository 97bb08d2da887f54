-- Locks open tables and rows.
-- attack:
BEGIN;
LOCK TABLE mallory_own IN SHARE MODE;
SELECT id FROM item WHERE id = 1 FOR SHARE;
COMMIT;
