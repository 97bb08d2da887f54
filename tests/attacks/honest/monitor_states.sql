-- Lists states of sessions as a pool does.
-- attack:
SELECT state IS NOT NULL FROM pg_stat_activity WHERE pid = pg_backend_pid();
SELECT a.usename, a.backend_type FROM pg_stat_activity a WHERE a.pid = pg_backend_pid();
