-- Reads the statistics inside a DO block.
-- wants: read
-- attack:
DO $$ BEGIN RAISE NOTICE '%', (SELECT string_agg(most_common_vals::text, ',') FROM pg_stats WHERE tablename = 'vlt_account'); END $$;
