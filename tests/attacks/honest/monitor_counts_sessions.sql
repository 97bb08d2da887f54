-- Counts sessions.
-- attack:
SELECT count(*) > 0 FROM pg_stat_activity;
SELECT count(1) > 0 FROM pg_catalog.pg_stat_activity WHERE datname = current_database();
