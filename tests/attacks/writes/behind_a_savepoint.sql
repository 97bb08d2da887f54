-- Writes between savepoints.
-- wants: write
-- attack:
BEGIN;
SAVEPOINT a;
UPDATE vlt_account SET secret = 'x';
RELEASE a;
COMMIT;
