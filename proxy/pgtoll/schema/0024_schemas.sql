-- Tables that are capped by the name that their schema has been given are counted too: renaming a
-- schema locks none of them, and leaves no trace but its own row.

-- These tables, and the capped ones in schemas whose row this transaction has written and that a
-- product in demo mode names, in the order in which everybody locks them. What was capped before may
-- keep what it has (see pgtoll.renamed).
CREATE FUNCTION pgtoll.with_moved(demo int[], tables pgtoll.known[]) RETURNS pgtoll.known[]
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN coalesce((
    SELECT array_agg(DISTINCT f ORDER BY f)
    FROM (
      SELECT t FROM unnest(tables) t
      UNION ALL
      SELECT k FROM pg_namespace n
      JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p')
      CROSS JOIN LATERAL pgtoll.counted(c.oid, demo) k
      WHERE age(n.xmin) <= 0 AND EXISTS (
        SELECT FROM pgtoll.element e WHERE e.product = ANY (demo) AND e.in_schema <> '%'
          AND lower(n.nspname::text COLLATE "C") LIKE e.in_schema)
        AND NOT EXISTS (
          SELECT FROM pgtoll.pin p WHERE p.relation = c.oid AND p.product = ANY (demo))
    ) u (f)), '{}');
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
  IF held THEN
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

REVOKE ALL ON FUNCTION pgtoll.with_moved(int[], pgtoll.known[]) FROM PUBLIC;
