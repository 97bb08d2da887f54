-- Writes in a DO block and commits there.
-- wants: write
-- attack:
DO $$ BEGIN UPDATE vlt_account SET secret = 'x'; COMMIT; END $$;
