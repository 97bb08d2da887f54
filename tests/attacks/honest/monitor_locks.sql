-- Counts locks.
-- attack:
SELECT count(*) > 0 FROM pg_locks;
SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation = 'pg_locks'::regclass;
