-- Calls a function on a row of the statistics as if it were a column.
-- wants: read
-- attack:
SELECT s.to_jsonb FROM pg_stats s WHERE s.tablename = 'vlt_account';
