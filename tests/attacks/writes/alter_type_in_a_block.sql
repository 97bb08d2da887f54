-- Rewrites a column of an own licensed table inside a DO block.
-- wants: write
-- attack:
DO $$ BEGIN EXECUTE 'ALTER TABLE vlt_mine ALTER secret TYPE text USING ''x'''; END $$;
