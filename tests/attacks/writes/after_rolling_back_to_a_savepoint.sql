-- Goes on behind a refusal by rolling back to a savepoint, and writes in a text.
-- wants: write
-- attack:
BEGIN;
SAVEPOINT a;
UPDATE vlt_account SET secret = 'x';
ROLLBACK TO a;
DO $$ BEGIN UPDATE vlt_account SET secret = 'y'; END $$;
ROLLBACK TO a;
INSERT INTO mallory_own VALUES (100, 'x');
DO $$ BEGIN UPDATE vlt_note SET body = 'y'; END $$;
COMMIT;
