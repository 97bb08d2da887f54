-- Prepares a write in one session and commits it in another.
-- wants: write
-- attack:
BEGIN;
UPDATE vlt_account SET secret = 'x';
PREPARE TRANSACTION 'mallory';
-- session: second
COMMIT PREPARED 'mallory';
