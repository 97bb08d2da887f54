-- Elects one worker by advisory locks of every kind.
-- attack:
SELECT pg_try_advisory_lock(42), pg_try_advisory_lock(1, 2);
BEGIN;
SELECT pg_advisory_xact_lock(hashtext('job'));
SELECT pg_try_advisory_xact_lock_shared(7);
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND objid <> 0;
COMMIT;
SELECT pg_advisory_lock_shared(43);
SELECT pg_advisory_unlock_shared(43), pg_advisory_unlock(42);
SELECT pg_advisory_unlock_all();
