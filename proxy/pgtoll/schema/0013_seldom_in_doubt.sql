-- A moved count is told from a worker's more often: the server has counts of background workers too.
--
-- From PostgreSQL 16 on, pg_stat_io says what background workers have read, as it says of sessions.
-- Whatever a parallel worker does, it looks into buffers, and it has put its counts there before its
-- leader goes on, as it has with those of tables. So where these have not moved, no worker has come
-- to its end, and somebody else's session has moved the others.

-- What background workers have read; NULL where the server does not say.
CREATE FUNCTION pgtoll.worker_reads() RETURNS text
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF current_setting('server_version_num')::int < 160000 THEN
    RETURN NULL;
  END IF;
  RETURN (
    SELECT sum(coalesce(i.hits, 0) + coalesce(i.reads, 0))::bigint
      || 'x' || (extract(epoch FROM max(i.stats_reset)) * 1000000)::bigint
    FROM pg_stat_get_io() i WHERE i.backend_type = 'background worker'
  );
END
$$;

-- What this says without a superuser's rights, and where there are no workers, is that it does not.
CREATE OR REPLACE FUNCTION pgtoll.sees_workers() RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user)
    AND current_setting('max_worker_processes') <> '0';
END
$$;

CREATE OR REPLACE FUNCTION pgtoll.before_watch(lacked int[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET stats_fetch_consistency = none
AS $$
DECLARE
  context text;
BEGIN
  GET DIAGNOSTICS context = PG_CONTEXT;
  PERFORM pgtoll.refuse_callers(context);
  IF pgtoll.sees_workers() AND current_setting('backtrace_functions') NOT LIKE 'pgtoll%' THEN
    PERFORM set_config('backtrace_functions', format('pgtoll_%s_%s_%s',
      pgtoll.blocks_of(lacked), pgtoll.microseconds(), pgtoll.worker_reads()), true);
  END IF;
END
$$;

-- Refuses what ran since when somebody fetched blocks of what is lacked, and it may have been a
-- worker. None is started, at work and gone again within half a millisecond.
CREATE OR REPLACE FUNCTION pgtoll.refuse_workers(lacked int[], since text) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF since LIKE 'pgtoll%' AND (split_part(since, '_', 2)::bigint = pgtoll.blocks_of(lacked)
    OR split_part(since, '_', 4) = pgtoll.worker_reads()
    OR pgtoll.microseconds() - split_part(since, '_', 3)::bigint < 500) THEN
    RETURN;
  END IF;
  RAISE EXCEPTION USING ERRCODE = 'serialization_failure',
    MESSAGE = 'what this statement read cannot be told from what others read at the same time',
    DETAIL = 'Somebody used tables that this user has no license for, while it ran unread code.',
    HINT = 'Try again, or ask the DBA to list the function as trusted.';
END
$$;

REVOKE ALL ON FUNCTION pgtoll.worker_reads() FROM PUBLIC;
