-- Reads all columns about itself.
-- attack:
SELECT (a.*) IS NULL FROM pg_stat_activity a WHERE a.pid = pg_backend_pid();
SELECT count(*) FROM (SELECT * FROM pg_stat_activity WHERE pid = pg_backend_pid()) s;
