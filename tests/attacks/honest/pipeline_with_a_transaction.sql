-- Begins, writes and commits in one round.
-- attack:
-- pipeline
BEGIN;
INSERT INTO mallory_own VALUES (52, 'kept');
SAVEPOINT s;
DELETE FROM mallory_own;
ROLLBACK TO s;
COMMIT;
-- apart
SELECT id FROM mallory_own ORDER BY id;
