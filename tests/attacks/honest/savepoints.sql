-- Uses savepoints and rolls back to them.
-- attack:
BEGIN;
INSERT INTO mallory_own VALUES (62, 'a');
SAVEPOINT s;
INSERT INTO mallory_own VALUES (63, 'b');
ROLLBACK TO s;
COMMIT;
SELECT id FROM mallory_own ORDER BY id;
