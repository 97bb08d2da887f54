-- Reads the most common values of a licensed column.
-- wants: read
-- attack:
SELECT most_common_vals FROM pg_stats WHERE tablename = 'vlt_account';
