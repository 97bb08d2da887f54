-- Statistics that are read by a name made at run time, in a block that is rolled back: the lock is
-- gone, and counts of blocks cannot tell it from the planner's own look-ups.
--
-- But to read a view, a session loads its rules, and keeps them whatever is rolled back. So they are
-- thrown out before, and where statistics were read at all, those of the views that show them may not
-- be there behind it; nor may the views' rows have changed, undone or not, which PostgreSQL makes
-- even for a GRANT that grants nothing: that throws them out too. Else the statement is to be tried
-- again. Invalidation of everything is not looked for: other sessions' DDL makes it as well, and
-- beside that honest statements have to run.

-- Which transactions have written what the views of statistics are, undone or not.
CREATE FUNCTION pgtoll.views_as_they_are() RETURNS text
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN (
    SELECT translate(hashtext(string_agg(r.xmin::text || 'x' || r.xmax::text, 'x'))::text, '-', 'x')
    FROM (
      SELECT c.xmin, c.xmax FROM pg_class c
      WHERE c.oid = ANY ('{pg_stats,pg_stats_ext,pg_stats_ext_exprs}'::regclass[]::oid[])
      UNION ALL
      SELECT a.xmin, a.xmax FROM pg_attribute a
      WHERE a.attrelid = ANY ('{pg_stats,pg_stats_ext,pg_stats_ext_exprs}'::regclass[]::oid[])
    ) r
  );
END
$$;

-- How many blocks of pg_statistic and pg_statistic_ext_data were ever fetched, for everybody: what a
-- parallel worker has fetched is among them before its leader goes on.
CREATE FUNCTION pgtoll.statistics_fetched() RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN pg_stat_get_blocks_fetched(2619) + pg_stat_get_blocks_fetched(3429);
END
$$;

-- Whether this session has loaded the rules of a view of statistics.
CREATE FUNCTION pgtoll.loaded() RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN EXISTS (SELECT FROM pg_get_backend_memory_contexts() m
    WHERE m.name = 'relation rules' AND m.ident IN ('pg_stats', 'pg_stats_ext', 'pg_stats_ext_exprs'));
END
$$;

-- Has the rules of these views loaded anew when they are next needed; where nothing can be written,
-- what is watched next and reads statistics is to be tried again.
CREATE FUNCTION pgtoll.throw_out_statistics() RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF NOT pgtoll.loaded() THEN
    RETURN;
  END IF;
  UPDATE pg_class c SET relname = c.relname
  WHERE c.oid = ANY ('{pg_stats,pg_stats_ext,pg_stats_ext_exprs}'::regclass[]::oid[]);
  RAISE EXCEPTION USING ERRCODE = 'TOLL3', MESSAGE = 'undone';
EXCEPTION WHEN SQLSTATE 'TOLL3' OR read_only_sql_transaction THEN
  RETURN;
END
$$;

-- Whether a worker may have read them for a function that this transaction has made or marked: with
-- those that were there before, text made at run time is not watched at all.
CREATE FUNCTION pgtoll.left_to_workers(since text[]) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN (pg_stat_get_xact_tuples_inserted(1255) > 0 OR pg_stat_get_xact_tuples_updated(1255) > 0)
    AND since[6] <> pgtoll.statistics_fetched()::text
    AND since[4] IS DISTINCT FROM pgtoll.worker_reads()
    AND pgtoll.microseconds() - since[3]::bigint >= 500;
END
$$;

-- Refuses what may have read statistics by a view of them since before_watch noted `marker`. What is
-- noted is compared behind the look into memory: whatever has been thrown out by then shows there.
CREATE FUNCTION pgtoll.refuse_statistics(marker text) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  since text[] := string_to_array(marker, '_');
BEGIN
  IF since[1] = 'pgtoll' AND since[6] = pgtoll.statistics_fetched()::text
    AND pg_stat_get_xact_blocks_fetched(2619) + pg_stat_get_xact_blocks_fetched(3429) = 0 THEN
    RETURN;
  END IF;
  IF since[1] = 'pgtoll' AND NOT pgtoll.loaded()
    AND since[5] = pgtoll.views_as_they_are()
    AND NOT pgtoll.left_to_workers(since) THEN
    RETURN;
  END IF;
  PERFORM pg_stat_force_next_flush();
  RAISE EXCEPTION USING ERRCODE = 'serialization_failure',
    MESSAGE = 'whether this statement read the statistics of tables cannot be told',
    DETAIL = 'They hold values of tables that this user has no license for, and it ran unread code.',
    HINT = 'Try again, or ask the DBA to list the function as trusted.';
END
$$;

-- Whether these functions may look, and keep what they see, where only superusers may.
CREATE FUNCTION pgtoll.sees_all() RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user);
END
$$;

CREATE OR REPLACE FUNCTION pgtoll.before_watch(lacked int[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET stats_fetch_consistency = none
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  context text;
BEGIN
  GET DIAGNOSTICS context = PG_CONTEXT;
  PERFORM pgtoll.refuse_callers(context);
  IF pgtoll.sees_all() AND current_setting('backtrace_functions') NOT LIKE 'pgtoll%' THEN
    PERFORM pgtoll.throw_out_statistics();
    PERFORM set_config('backtrace_functions', format('pgtoll_%s_%s_%s_%s_%s',
      pgtoll.blocks_of(lacked), pgtoll.microseconds(), pgtoll.worker_reads(),
      pgtoll.views_as_they_are(), pgtoll.statistics_fetched()), true);
  END IF;
END
$$;

-- The witness behind a statement that before_watch went before.
CREATE OR REPLACE FUNCTION pgtoll.watched(cap int, demo int[], lacked int[], final boolean)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET stats_fetch_consistency = none
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  context text;
  altered boolean;
  since text := current_setting('backtrace_functions');
BEGIN
  GET DIAGNOSTICS context = PG_CONTEXT;
  PERFORM pgtoll.refuse_callers(context);
  altered := pgtoll.witness(cap, demo, lacked, final);
  IF pgtoll.sees_all() AND cardinality(lacked) > 0 THEN
    IF pgtoll.sees_workers() THEN
      PERFORM pgtoll.refuse_workers(lacked, since);
    END IF;
    PERFORM pgtoll.refuse_statistics(since);
    IF altered IS NOT NULL THEN
      PERFORM set_config('backtrace_functions', '', true);
    END IF;
  END IF;
  -- Last, for it takes time, in which others may move the counts of what is lacked.
  PERFORM pgtoll.refuse_kept(lacked);
  RETURN altered;
END
$$;

-- The second half of settle: nothing may have changed since, and nothing more be read.
CREATE OR REPLACE FUNCTION pgtoll.settled(
  before bigint, since text, cap int, demo int[], lacked int[]
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET stats_fetch_consistency = none
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  IF since LIKE 'pgtoll%' THEN
    IF pgtoll.sees_workers() THEN
      PERFORM pgtoll.refuse_workers(lacked, since);
    END IF;
    PERFORM pgtoll.refuse_statistics(since);
  END IF;
  PERFORM pgtoll.refuse_kept(lacked);
  RETURN pgtoll.settled(before, cap, demo, lacked);
END
$$;

-- Has this session read all that anew when it next needs it: it does whenever a row of the catalog
-- has changed that says what a relation is, or any row that says what a domain checks, and does not
-- wait to see whether the change is undone. Fails where nothing can be written: the proxy then ends
-- the session. Writing to a catalog takes a superuser's rights.
CREATE OR REPLACE FUNCTION pgtoll.forget() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  context text;
  relations oid[] := pgtoll.kept_relations();
  checks oid[] := (SELECT array_agg(k.oid) FROM pg_constraint k WHERE k.contypid >= 16384
    AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_constraint'::regclass
      AND d.objid = k.oid AND d.refobjid >= 16384 AND d.refobjid <> k.contypid));
BEGIN
  GET DIAGNOSTICS context = PG_CONTEXT;
  PERFORM pgtoll.refuse_callers(context);
  IF NOT pgtoll.sees_all() THEN
    RETURN;
  END IF;
  PERFORM pgtoll.throw_out_statistics();
  IF relations IS NULL AND checks IS NULL THEN
    RETURN;
  END IF;
  BEGIN
    UPDATE pg_class c SET relname = c.relname WHERE c.oid = ANY (relations);
    UPDATE pg_constraint k SET conname = k.conname WHERE k.oid = checks[1];
    RAISE EXCEPTION USING ERRCODE = 'TOLL3', MESSAGE = 'undone';
  EXCEPTION WHEN SQLSTATE 'TOLL3' THEN
    RETURN;
  END;
END
$$;

REVOKE ALL ON FUNCTION pgtoll.views_as_they_are() FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.statistics_fetched() FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.loaded() FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.throw_out_statistics() FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.left_to_workers(text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.refuse_statistics(text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.sees_all() FROM PUBLIC;
