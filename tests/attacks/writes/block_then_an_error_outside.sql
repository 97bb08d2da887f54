-- Writes in a DO block of a transaction whose later statement is refused.
-- wants: write
-- attack:
BEGIN;
DO $$ BEGIN UPDATE vlt_account SET secret = 'x'; END $$;
COMMIT;
