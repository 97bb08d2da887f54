-- Prepares transactions for another to commit or to roll back.
-- attack:
BEGIN;
INSERT INTO mallory_own VALUES (21, 'prepared');
UPDATE customer SET balance = balance + 1 WHERE id = 1;
PREPARE TRANSACTION 'honest-1';
SELECT gid FROM pg_prepared_xacts WHERE database = current_database();
-- session: coordinator
COMMIT PREPARED 'honest-1';
SELECT v FROM mallory_own WHERE id = 21;
BEGIN;
INSERT INTO mallory_own VALUES (22, 'undone');
PREPARE TRANSACTION 'honest-2';
ROLLBACK PREPARED 'honest-2';
ROLLBACK PREPARED 'honest-3';
SELECT count(*) FROM mallory_own;
BEGIN;
INSERT INTO dmo_empty VALUES (1, 'x');
PREPARE TRANSACTION 'honest-4';
COMMIT PREPARED 'honest-4';
SELECT * FROM dmo_empty;
