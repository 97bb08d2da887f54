-- Whose reads have moved the counts is told more often than before, and seldom in vain.
--
-- A session that ever had a parallel worker keeps a place in its memory for what workers say. It is
-- made when the first of them has announced itself, which each does before it reads anything, at the
-- next moment at which the session may be interrupted: also when the query has failed by then. So
-- where there is no such place, no worker has read anything, and somebody else has moved the counts.
-- Before PostgreSQL 16 nothing else tells.

-- Whether this session may ever have had a parallel worker.
CREATE FUNCTION pgtoll.had_workers() RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN current_setting('server_version_num')::int >= 160000
    OR EXISTS (SELECT FROM pg_get_backend_memory_contexts() m
      WHERE m.name = 'HandleParallelMessages');
END
$$;

-- What counts of blocks there are of the tables of these products.
CREATE FUNCTION pgtoll.parts_of(lacked int[]) RETURNS oid[]
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN ARRAY(
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
    SELECT p.oid FROM parts p
    UNION ALL SELECT i.indexrelid FROM pg_index i JOIN parts p ON p.oid = i.indrelid
  );
END
$$;

CREATE OR REPLACE FUNCTION pgtoll.blocks_of(lacked int[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN (SELECT coalesce(sum(pg_stat_get_blocks_fetched(p)), 0)
    FROM unnest(pgtoll.parts_of(lacked)) p);
END
$$;

-- What is noted of the counts, for the statement that runs unread next; `counted` and `running` are
-- the mark that it was judged by (see pgtoll.steady), if there is one. `ahead`, in a transaction of
-- its own, everybody's counts are about to get what this session has read so far, this included: so
-- that is in what is noted. It is looked at last, for all before it reads something.
CREATE FUNCTION pgtoll.noted(lacked int[], ahead boolean, counted bigint, running bigint[])
RETURNS text
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  parts oid[] := pgtoll.parts_of(lacked);
  views text := pgtoll.views_as_they_are();
  blocks bigint := (SELECT coalesce(sum(pg_stat_get_blocks_fetched(p)
    + CASE WHEN ahead THEN pg_stat_get_xact_blocks_fetched(p) ELSE 0 END), 0) FROM unnest(parts) p);
  workers text := pgtoll.worker_reads();
  own bigint := 0;
BEGIN
  IF ahead THEN
    PERFORM pg_stat_force_next_flush();
    own := pg_stat_get_xact_blocks_fetched(2619) + pg_stat_get_xact_blocks_fetched(3429);
  END IF;
  -- A mark that never holds has a number below zero, and no such sign may stand there.
  RETURN format('pgtoll_%s_%s_%s_%s_%s_%s_%s', blocks, pgtoll.microseconds(), workers, views,
    pgtoll.statistics_fetched() + own,
    CASE WHEN counted < 0 THEN 'never' ELSE counted::text END, array_to_string(running, 'x'));
END
$$;

CREATE FUNCTION pgtoll.before_watch(lacked int[], counted bigint, running bigint[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET stats_fetch_consistency = none
SET plan_cache_mode = force_generic_plan
SET jit = off
AS $$
DECLARE
  context text;
BEGIN
  GET DIAGNOSTICS context = PG_CONTEXT;
  PERFORM pgtoll.refuse_callers(context);
  IF pgtoll.sees_all() AND current_setting('backtrace_functions') NOT LIKE 'pgtoll%' THEN
    PERFORM pgtoll.throw_out_statistics();
    PERFORM set_config(
      'backtrace_functions', pgtoll.noted(lacked, false, counted, running), true);
  END IF;
END
$$;

CREATE FUNCTION pgtoll.note(lacked int[], ahead boolean, counted bigint, running bigint[])
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET stats_fetch_consistency = none
SET plan_cache_mode = force_generic_plan
SET jit = off
AS $$
DECLARE
  context text;
BEGIN
  GET DIAGNOSTICS context = PG_CONTEXT;
  IF pgtoll.sees_all() AND strpos(context, chr(10)) = 0 THEN
    PERFORM pgtoll.throw_out_statistics();
    PERFORM set_config(
      'backtrace_functions', pgtoll.noted(lacked, ahead, counted, running), NOT ahead);
  END IF;
EXCEPTION WHEN OTHERS THEN
  RETURN;
END
$$;

-- Whether DDL may have come into force since the statement was judged that these counts were noted
-- for: somebody else may have made a function by then, and marked it as one that workers may run.
CREATE FUNCTION pgtoll.outrun(since text[]) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN CASE WHEN coalesce(since[7], '') = '' THEN false WHEN since[7] = 'never' THEN true
    ELSE pgtoll.steady(since[7]::bigint, string_to_array(since[8], 'x')::bigint[]) IS NULL END;
END
$$;

CREATE OR REPLACE FUNCTION pgtoll.refuse_workers(lacked int[], since text) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF since LIKE 'pgtoll%' AND (split_part(since, '_', 2)::bigint = pgtoll.blocks_of(lacked)
    OR split_part(since, '_', 4) = pgtoll.worker_reads()
    OR pgtoll.microseconds() - split_part(since, '_', 3)::bigint < 500
    OR NOT pgtoll.had_workers()) THEN
    RETURN;
  END IF;
  RAISE EXCEPTION USING ERRCODE = 'serialization_failure',
    MESSAGE = 'what this statement read cannot be told from what others read at the same time',
    DETAIL = 'Somebody used tables that this user has no license for, while it ran unread code.',
    HINT = 'Try again, or ask the DBA to list the function as trusted.';
END
$$;

-- Whether a worker may have read statistics for a function that has been made or marked since the
-- statement was judged, by this transaction or by another: with those that were there before, text
-- made at run time is not watched at all.
CREATE OR REPLACE FUNCTION pgtoll.left_to_workers(since text[]) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN since[6] <> pgtoll.statistics_fetched()::text
    AND since[4] IS DISTINCT FROM pgtoll.worker_reads()
    AND pgtoll.microseconds() - since[3]::bigint >= 500
    AND (pg_stat_get_xact_tuples_inserted(1255) > 0 OR pg_stat_get_xact_tuples_updated(1255) > 0
      OR pgtoll.outrun(since))
    AND pgtoll.had_workers();
END
$$;

CREATE OR REPLACE FUNCTION pgtoll.refuse_hidden(lacked int[], since text) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  marked boolean := pgtoll.marked();
BEGIN
  IF since LIKE 'pgtoll%' THEN
    IF marked AND pgtoll.sees_workers() THEN
      PERFORM pgtoll.refuse_workers(lacked, since);
    END IF;
    IF marked OR pgtoll.loaded() OR split_part(since, '_', 5) <> pgtoll.views_as_they_are()
      OR pgtoll.outrun(string_to_array(since, '_')) THEN
      PERFORM pgtoll.refuse_statistics(since);
    END IF;
  END IF;
  PERFORM pgtoll.refuse_kept(lacked);
END
$$;

REVOKE ALL ON FUNCTION pgtoll.had_workers() FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.parts_of(int[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.noted(int[], boolean, bigint, bigint[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.outrun(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pgtoll.before_watch(int[], bigint, bigint[]) TO PUBLIC;
GRANT EXECUTE ON FUNCTION pgtoll.note(int[], boolean, bigint, bigint[]) TO PUBLIC;
