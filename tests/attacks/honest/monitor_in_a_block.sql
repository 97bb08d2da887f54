-- Asks for sessions inside a transaction, and works on.
-- attack:
BEGIN;
SELECT count(*) > 0 FROM pg_stat_activity;
UPDATE mallory_own SET v = 'seen' WHERE id = 1;
COMMIT;
SELECT v FROM mallory_own WHERE id = 1;
