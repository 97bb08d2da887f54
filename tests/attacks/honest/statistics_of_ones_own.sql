-- Makes extended statistics of open tables and looks at what the planner makes of them.
-- attack:
CREATE STATISTICS own_stats (dependencies, ndistinct) ON id, v FROM mallory_own;
ANALYZE mallory_own;
SELECT stxname, stxkind FROM pg_statistic_ext WHERE stxname = 'own_stats';
ALTER STATISTICS own_stats SET STATISTICS 50;
SELECT relname, reltuples FROM pg_class WHERE relname = 'mallory_own';
SELECT attname, n_distinct FROM pg_stats WHERE tablename = 'mallory_own' ORDER BY 1;
SELECT relname, n_live_tup >= 0 FROM pg_stat_user_tables WHERE relname = 'mallory_own';
DROP STATISTICS own_stats;
