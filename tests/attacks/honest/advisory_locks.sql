-- Takes advisory locks.
-- attack:
SELECT pg_advisory_lock(4711);
SELECT pg_try_advisory_lock(4711, 1);
SELECT pg_advisory_unlock(4711);
SELECT pg_advisory_unlock_all();
BEGIN;
SELECT pg_advisory_xact_lock(hashtext('job'));
COMMIT;
