-- Writes in a DO block.
-- wants: write
-- attack:
DO $$ BEGIN UPDATE vlt_account SET secret = 'x'; END $$;
