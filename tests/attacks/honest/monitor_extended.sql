-- Asks by the extended protocol.
-- attack:
-- extended
SELECT count(*) > 0 FROM pg_stat_activity WHERE state = 'active';
SELECT n_distinct FROM pg_stats WHERE tablename = 'customer' AND attname = 'id';
