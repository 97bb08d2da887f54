-- Takes the statistics whole in a common table and a column of it.
-- wants: read
-- attack:
WITH s AS (TABLE pg_stats) SELECT most_common_vals FROM s WHERE tablename = 'vlt_account';
