-- Looks at replication.
-- attack:
SELECT count(*) FROM pg_stat_replication;
SELECT count(*) FROM pg_replication_slots;
SELECT pg_is_in_recovery();
