-- Reads the bounds of a histogram.
-- wants: read
-- shows: account 1
-- attack:
SELECT histogram_bounds FROM pg_stats WHERE tablename = 'vlt_account' AND attname = 'name';
