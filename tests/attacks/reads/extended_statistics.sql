-- Reads the most common combinations of licensed columns.
-- wants: read
-- setup:
ALTER TABLE vlt_account OWNER TO mallory;
-- attack:
SELECT most_common_vals FROM pg_stats_ext WHERE tablename = 'vlt_account';
