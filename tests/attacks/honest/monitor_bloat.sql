-- Estimates bloat from statistics.
-- attack:
SELECT tablename, attname, null_frac, avg_width, n_distinct FROM pg_stats WHERE tablename = 'customer' ORDER BY attname;
SELECT count(*) FROM pg_stats s JOIN pg_class c ON c.relname = s.tablename WHERE s.null_frac > 1;
