-- Reads counters of tables.
-- attack:
SELECT count(*) > 0 FROM pg_stat_user_tables;
SELECT relname FROM pg_stat_user_tables WHERE relname = 'customer';
SELECT count(*) > 0 FROM pg_statio_user_tables;
