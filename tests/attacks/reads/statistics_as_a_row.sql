-- Reads the whole row of statistics.
-- wants: read
-- attack:
SELECT s FROM pg_stats s WHERE tablename = 'vlt_account';
SELECT to_json(s) FROM pg_stats s WHERE tablename = 'vlt_account';
