-- What reading has proven of a transaction, and no account can tell: that it only moves the rows of a
-- table between its partitions, which counts as inserting; that its cursors WITH HOLD change nothing.
--
-- It is passed on with the products in demo mode, as numbers below zero: -1 for the cursors, and the
-- oids of tables whose rows have moved. Where the server does not count, it counts for nothing.

-- The products in `demo`, with what is `sure` as long as no DDL has come into force since the count
-- was `counted` (see pgtoll.steady): names may have meant another thing when the statements ran.
CREATE FUNCTION pgtoll.proven(counted bigint, running bigint[], demo int[], sure int[])
RETURNS int[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN CASE WHEN pgtoll.steady(counted, running) IS NULL THEN demo ELSE demo || sure END;
END
$$;

-- The capped tables among those that got rows, in the order in which everybody locks them.
CREATE OR REPLACE FUNCTION pgtoll.filled(demo int[], written oid[]) RETURNS pgtoll.known[]
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  relation oid;
  one pgtoll.known;
  found pgtoll.known[];
  blind boolean;
BEGIN
  IF cardinality(written) = 1 AND pg_stat_get_xact_tuples_inserted(written[1]) > 0 THEN
    -- What nearly every insert is: one table, no partition.
    one := pgtoll.know(written[1]);
    IF NOT one.inherits THEN
      RETURN CASE WHEN one.products && demo AND one.relkind = 'r' AND NOT one.exempt
        THEN ARRAY[one] ELSE '{}' END;
    END IF;
  END IF;
  blind := pgtoll.blind();
  FOREACH relation IN ARRAY written LOOP
    IF blind OR pgtoll.renamed(relation, demo)
      OR pg_stat_get_xact_tuples_inserted(relation) > 0 AND - relation::bigint <> ALL (demo) THEN
      found := found || ARRAY(SELECT c FROM pgtoll.counted(relation, demo) c);
    END IF;
    found := found || ARRAY(SELECT j FROM pgtoll.joined(relation, demo) j);
  END LOOP;
  RETURN coalesce((SELECT array_agg(DISTINCT f ORDER BY f) FROM unnest(found) f), '{}');
END
$$;

-- Refuses the end of a transaction that has opened a cursor WITH HOLD: its query runs at COMMIT,
-- after every check, and could do anything that was refused before.
CREATE OR REPLACE FUNCTION pgtoll.refuse_held_cursors() RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  cursor_name text := (SELECT c.name FROM pg_cursor() c
    WHERE c.is_holdable AND c.creation_time >= transaction_timestamp() LIMIT 1);
BEGIN
  IF cursor_name IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
      MESSAGE = format('cursor "%s" WITH HOLD cannot outlive this transaction', cursor_name),
      DETAIL = 'Its query would run at COMMIT, after what the transaction did was checked.',
      HINT = 'Close the cursor before COMMIT, or declare it in a transaction of its own, with a query that calls no function of a user''s.';
  END IF;
END
$$;

-- The second half of settle: nothing may have changed since.
CREATE OR REPLACE FUNCTION pgtoll.settled(before bigint, cap int, demo int[], lacked int[])
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF before <> pgtoll.changes() THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
      MESSAGE = 'deferred triggers of this transaction have deferred others',
      DETAIL = 'Those would run at COMMIT, after what the transaction did was checked.',
      HINT = 'SET CONSTRAINTS DEFERRED may not be used by a deferred trigger.';
  END IF;
  IF -1 <> ALL (demo) THEN
    PERFORM pgtoll.refuse_held_cursors();
  END IF;
  RETURN pgtoll.witness(cap, demo, lacked, false);
END
$$;

-- Returns when the transaction may go on, and says whether the catalog may be another now. Raises
-- TOLL1 when a table in demo mode holds more rows than `cap`, TOLL2 when a relation of a lacked
-- product was touched. `final` is for the end of a transaction: only then are tables locked against
-- other writers, in the order of their OIDs; and only then it may return NULL, which asks the
-- client for pgtoll.settle.
CREATE OR REPLACE FUNCTION pgtoll.witness(cap int, demo int[], lacked int[], final boolean)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan -- planning each lookup anew would double the cost
AS $$
DECLARE
  locked oid[];
  changed oid[];
  written oid[];
  values_read oid[];
  value_holder oid;
  prepared boolean;
  held boolean;
  altered boolean;
  moved boolean;
  tables pgtoll.known[];
BEGIN
  -- The account of locks: of what this transaction holds, and whether a prepared one holds a place
  -- in the ledger. Beside it, whether the server counts (see pgtoll.blind), whether a cursor is to
  -- outlive this transaction, and whether a catalog that tells what names stand for was written to.
  SELECT array_agg(l.relation) FILTER (WHERE l.pid IS NOT NULL),
    array_agg(DISTINCT l.relation) FILTER (
      WHERE l.mode NOT IN ('AccessShareLock', 'RowShareLock')
        AND (pg_stat_get_xact_tuples_inserted(l.relation) > 0 OR l.mode = 'AccessExclusiveLock'
          OR b.blind AND l.mode = 'RowExclusiveLock')),
    array_agg(l.relation) FILTER (
      WHERE final AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')
        AND (b.blind OR pg_stat_get_xact_tuples_inserted(l.relation)
          + pg_stat_get_xact_tuples_updated(l.relation)
          + pg_stat_get_xact_tuples_deleted(l.relation) > 0)),
    array_agg(l.relation) FILTER (WHERE l.relation < 16384),
    count(*) FILTER (WHERE l.relation IS NOT NULL AND l.pid IS NULL) > 0,
    final AND EXISTS (SELECT FROM pg_cursor() c
      WHERE c.is_holdable AND c.creation_time >= transaction_timestamp()),
    -- pg_type, pg_proc, pg_class, pg_aggregate, pg_attrdef, pg_cast, pg_constraint, pg_depend,
    -- pg_index, pg_inherits, pg_namespace, pg_operator, pg_rewrite, pg_trigger, pg_policy,
    -- pg_event_trigger: by oid, for looking each up by its name would cost more than the rest.
    bool_or(b.blind) OR EXISTS (
      SELECT FROM unnest('{1247,1255,1259,2600,2604,2605,2606,2608,2610,2611,2615,2617,2618,2620,3256,
        3466}'::oid[]) c
      WHERE pg_stat_get_xact_tuples_inserted(c) > 0 OR pg_stat_get_xact_tuples_updated(c) > 0
        OR pg_stat_get_xact_tuples_deleted(c) > 0)
  INTO locked, written, changed, values_read, prepared, held, altered
  FROM (SELECT current_setting('track_counts') <> 'on'
      OR EXISTS (SELECT FROM pg_parameter_acl) AND pgtoll.blind() AS blind OFFSET 0) b
  -- pg_statistic, pg_statistic_ext_data, pg_largeobject, and views that show what others do.
  LEFT JOIN pg_lock_status() l ON l.locktype = 'relation' AND (
    l.pid = pg_backend_pid()
      AND (l.relation >= 16384 OR l.relation = ANY ('{2619,3429,2613}'::oid[])
        OR l.relation = ANY ('{pg_stat_activity,pg_stats,pg_stats_ext,pg_stats_ext_exprs,
          pg_prepared_statements,pg_cursors}'::regclass[]::oid[]))
    OR l.pid IS NULL AND l.relation = 'pgtoll.ledger'::regclass);

  IF cardinality(lacked) > 0 THEN
    FOREACH value_holder IN ARRAY coalesce(values_read, '{}') LOOP
      PERFORM pgtoll.refuse_values(lacked, value_holder);
    END LOOP;
    PERFORM pgtoll.watch(lacked, locked);
    PERFORM pgtoll.refuse_blind();
  END IF;
  IF held AND -1 <> ALL (demo) THEN
    PERFORM pgtoll.refuse_held_cursors();
  END IF;
  -- A schema may have been given a name by which its tables are capped (pg_namespace).
  moved := cardinality(demo) > 0 AND altered
    AND (pg_stat_get_xact_tuples_updated(2615) > 0 OR pgtoll.blind());
  IF (written IS NOT NULL OR moved) AND cardinality(demo) > 0 THEN
    tables := pgtoll.filled(demo, coalesce(written, '{}'));
    IF moved THEN
      tables := pgtoll.with_moved(demo, tables);
    END IF;
    IF cardinality(tables) > 0 THEN
      -- So that the counts of this transaction, however it ends, do not stand against the next one.
      PERFORM pg_stat_force_next_flush();
      IF final AND prepared THEN
        PERFORM pgtoll.lock_ledger_of_prepared(tables);
      ELSIF final THEN
        PERFORM pgtoll.lock_ledger(tables);
      END IF;
      -- Later than the lock: under READ COMMITTED its snapshot shows what we waited for.
      PERFORM pgtoll.check_cap(cap, demo, tables);
    END IF;
  END IF;
  IF changed IS NOT NULL AND pgtoll.defers(changed) THEN
    PERFORM pgtoll.refuse_blind();
    RETURN NULL;
  END IF;
  RETURN altered;
END
$$;

-- Whether this transaction has written a function, for good or not, that may be more than one of
-- those which no worker runs user's code for. What CREATE TYPE makes of PostgreSQL's own code for
-- ranges is marked as safe for workers; nobody but a superuser makes such a function otherwise.
CREATE OR REPLACE FUNCTION pgtoll.marked() RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN pg_stat_get_xact_tuples_inserted(1255) + pg_stat_get_xact_tuples_updated(1255)
      + pg_stat_get_xact_tuples_deleted(1255)
    > (SELECT count(*) FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
      WHERE age(p.xmin) <= 0 AND (p.proparallel <> 's' OR l.lanname = 'internal'));
END
$$;

GRANT EXECUTE ON FUNCTION pgtoll.proven(bigint, bigint[], int[], int[]) TO PUBLIC;
