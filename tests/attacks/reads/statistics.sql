-- Reads the most common values that ANALYZE kept.
-- wants: read
-- attack:
SELECT most_common_vals::text FROM pg_stats WHERE tablename LIKE 'vl%';
