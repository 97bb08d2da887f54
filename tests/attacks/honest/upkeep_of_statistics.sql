-- Keeps statistics of an own table.
-- attack:
CREATE STATISTICS mallory_stats ON id, v FROM mallory_own;
ANALYZE mallory_own;
SELECT count(*) FROM pg_statistic_ext WHERE stxname = 'mallory_stats';
DROP STATISTICS mallory_stats;
