-- Asks who waits for whom.
-- attack:
SELECT b.pid FROM pg_stat_activity b JOIN pg_stat_activity w ON b.pid = ANY (pg_blocking_pids(w.pid)) WHERE w.datname = current_database();
