-- Puts the text together in a DO block.
-- wants: write
-- attack:
DO $$ BEGIN EXECUTE 'UPDATE vlt' || '_account SET secret = ''x'''; END $$;
