-- Prepares a transaction and commits it.
-- attack:
BEGIN;
INSERT INTO mallory_own VALUES (64, 'a');
PREPARE TRANSACTION 'honest';
COMMIT PREPARED 'honest';
