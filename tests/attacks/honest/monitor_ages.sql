-- Asks how long transactions have run.
-- attack:
SELECT max(age(backend_xmin)) >= 0 FROM pg_stat_activity;
SELECT max(now() - xact_start) >= interval '0' FROM pg_stat_activity WHERE state <> 'idle';
