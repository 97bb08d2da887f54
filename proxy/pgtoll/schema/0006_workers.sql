-- What parallel workers read for a statement, seen where the own account does not show it.
--
-- A function that rolls back a subtransaction can have a worker read in it: the locks are gone, and
-- the counts are the worker's. But the leader has waited for the worker's end, and the worker has
-- put its counts where all sessions' are. So the shared counts of what is lacked may not have moved
-- while a watched statement ran. They move for others' sake as well, once a second at most for each
-- session at work; then nobody can tell, and the statement is to be tried again.

-- How many blocks were ever fetched of the tables of these products, for everybody.
CREATE FUNCTION pgtoll.blocks_of(lacked int[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN (
    WITH named AS (
      SELECT p.relation FROM pgtoll.pin p WHERE p.product = ANY (lacked)
      UNION
      SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pgtoll.element e ON e.product = ANY (lacked)
        AND lower(c.relname::text COLLATE "C") LIKE e.in_name
        AND lower(n.nspname::text COLLATE "C") LIKE e.in_schema
      WHERE c.oid >= 16384
      UNION
      SELECT c.oid FROM pg_class c
      WHERE 0 = ANY (lacked) AND c.oid >= 16384 AND c.relpersistence <> 't'
        AND c.relnamespace <> 'pgtoll'::regnamespace
        AND NOT EXISTS (SELECT FROM pgtoll.pin p WHERE p.relation = c.oid)
    ), held AS (
      SELECT c.oid, c.reltoastrelid FROM pg_class c JOIN named n ON n.relation = c.oid
      WHERE c.relkind IN ('r', 'm')
    ), parts AS (
      SELECT h.oid FROM held h UNION ALL SELECT h.reltoastrelid FROM held h
    )
    SELECT coalesce(sum(pg_stat_get_blocks_fetched(o.oid)), 0)
    FROM (SELECT p.oid FROM parts p
      UNION ALL SELECT i.indexrelid FROM pg_index i JOIN parts p ON p.oid = i.indrelid) o
  );
END
$$;

-- Refuses whoever calls this from a function: one that has reset all settings could otherwise begin
-- anew, behind what it has read. Statements that call it by name are refused before they get here.
CREATE FUNCTION pgtoll.refuse_callers(context text) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF strpos(context, chr(10)) > 0 THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
      MESSAGE = 'permission denied for what only the proxy calls';
  END IF;
END
$$;

-- Where the counts wait for the end of the statement: in a setting that only a superuser may set,
-- until the transaction ends. It lists C functions that are traced when they fail; none is called
-- so. Whoever resets all settings has it taken away, but cannot put another in its place.
CREATE FUNCTION pgtoll.before_watch(lacked int[]) RETURNS void
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
    PERFORM set_config('backtrace_functions',
      format('pgtoll_%s_%s', pgtoll.blocks_of(lacked), pgtoll.microseconds()), true);
  END IF;
END
$$;

-- Without a superuser's rights there is no such place.
CREATE FUNCTION pgtoll.sees_workers() RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user);
END
$$;

CREATE FUNCTION pgtoll.microseconds() RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
END
$$;

-- Refuses what ran since when somebody fetched blocks of what is lacked: it may have been a worker.
-- None is started, at work and gone again within half a millisecond.
CREATE FUNCTION pgtoll.refuse_workers(lacked int[], since text) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF since LIKE 'pgtoll%' AND (split_part(since, '_', 2)::bigint = pgtoll.blocks_of(lacked)
    OR pgtoll.microseconds() - split_part(since, '_', 3)::bigint < 500) THEN
    RETURN;
  END IF;
  RAISE EXCEPTION USING ERRCODE = 'serialization_failure',
    MESSAGE = 'what this statement read cannot be told from what others read at the same time',
    DETAIL = 'Somebody used tables that this user has no license for, while it ran unread code.',
    HINT = 'Try again, or ask the DBA to list the function as trusted.';
END
$$;

-- The witness behind a statement that before_watch went before.
CREATE FUNCTION pgtoll.watched(cap int, demo int[], lacked int[], final boolean) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET stats_fetch_consistency = none
AS $$
DECLARE
  context text;
  altered boolean;
BEGIN
  GET DIAGNOSTICS context = PG_CONTEXT;
  PERFORM pgtoll.refuse_callers(context);
  altered := pgtoll.witness(cap, demo, lacked, final);
  IF pgtoll.sees_workers() AND cardinality(lacked) > 0 THEN
    PERFORM pgtoll.refuse_workers(lacked, current_setting('backtrace_functions'));
    IF altered IS NOT NULL THEN
      PERFORM set_config('backtrace_functions', '', true);
    END IF;
  END IF;
  RETURN altered;
END
$$;

-- The second half of settle: nothing may have changed since, and nothing more be read.
CREATE FUNCTION pgtoll.settled(
  before bigint, since text, cap int, demo int[], lacked int[]
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET stats_fetch_consistency = none
AS $$
BEGIN
  IF since LIKE 'pgtoll%' THEN
    PERFORM pgtoll.refuse_workers(lacked, since);
  END IF;
  RETURN pgtoll.settled(before, cap, demo, lacked);
END
$$;

CREATE OR REPLACE FUNCTION pgtoll.settle(cap int, demo int[], lacked int[]) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  before bigint;
  since text;
BEGIN
  before := pgtoll.changes();
  since := pgtoll.waiting_counts();
  BEGIN
    SET CONSTRAINTS ALL IMMEDIATE;
  EXCEPTION WHEN OTHERS THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
      MESSAGE = 'a trigger that a deferred trigger has deferred failed';
  END;
  RETURN pgtoll.settled(before, since, cap, demo, lacked);
END
$$;

-- An ordinary user may not see such a setting.
CREATE FUNCTION pgtoll.waiting_counts() RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN current_setting('backtrace_functions');
END
$$;

REVOKE ALL ON FUNCTION pgtoll.refuse_callers(text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.blocks_of(int[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.sees_workers() FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.microseconds() FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.refuse_workers(int[], text) FROM PUBLIC;
