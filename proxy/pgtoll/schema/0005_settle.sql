-- The last check of a transaction: cheaper, sure that nothing deferred follows it, and never
-- waiting for a transaction that waits for it.

-- The capped tables among those that got rows, in the order in which everybody locks them. A
-- partition stands for its root, and a table that has become a partition brings its rows with it.
CREATE OR REPLACE FUNCTION pgtoll.filled(demo int[], written oid[]) RETURNS pgtoll.known[]
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  relation oid;
  one pgtoll.known;
  found pgtoll.known[];
BEGIN
  IF cardinality(written) = 1 AND pg_stat_get_xact_tuples_inserted(written[1]) > 0 THEN
    -- What nearly every insert is: one table, no partition.
    one := pgtoll.know(written[1]);
    IF NOT one.inherits THEN
      RETURN CASE WHEN one.products && demo AND one.relkind = 'r' AND NOT one.exempt
        THEN ARRAY[one] ELSE '{}' END;
    END IF;
  END IF;
  FOREACH relation IN ARRAY written LOOP
    CONTINUE WHEN pg_stat_get_xact_tuples_inserted(relation) = 0 AND NOT pgtoll.attached(relation);
    one := pgtoll.know(coalesce(pg_partition_root(relation), relation));
    IF one.products && demo AND one.relkind IN ('r', 'p') AND NOT one.exempt THEN
      found := found || one;
    END IF;
  END LOOP;
  RETURN coalesce((SELECT array_agg(DISTINCT f ORDER BY f) FROM unnest(found) f), '{}');
END
$$;

-- Refuses what the transaction did when one of these tables has too many rows.
CREATE OR REPLACE FUNCTION pgtoll.check_cap(cap int, demo int[], tables pgtoll.known[])
RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  one pgtoll.known;
  more boolean;
BEGIN
  FOREACH one IN ARRAY tables LOOP
    -- There is room for 291 rows in 8 kB, for some more in larger pages. And skipping rows costs
    -- less than counting them.
    CONTINUE WHEN one.relkind = 'r' AND pg_relation_size(one.relation) / 8192 * 300 <= cap;
    EXECUTE format('SELECT EXISTS (SELECT FROM %s %I.%I OFFSET %s)',
      CASE one.relkind WHEN 'p' THEN '' ELSE 'ONLY' END, one.nspname, one.relname, cap)
    INTO more;
    IF more THEN
      RAISE EXCEPTION USING ERRCODE = 'TOLL1', MESSAGE = 'cap', SCHEMA = one.nspname,
        TABLE = one.relname, DETAIL = pgtoll.code_among(one.products, demo), HINT = cap::text;
    END IF;
  END LOOP;
END
$$;

-- The same as lock_ledger while some prepared transaction holds its place in the ledger: whoever is
-- to end that one may be the one who would wait here for it, and no server detects that.
CREATE FUNCTION pgtoll.lock_ledger_of_prepared(tables pgtoll.known[]) RETURNS void
LANGUAGE plpgsql VOLATILE SET lock_timeout = '2s' AS $$
BEGIN
  PERFORM pgtoll.lock_ledger(tables);
EXCEPTION WHEN lock_not_available THEN
  RAISE EXCEPTION USING ERRCODE = 'lock_not_available',
    MESSAGE = 'rows of a prepared transaction cannot be counted yet',
    DETAIL = 'It has filled the same table as this transaction, in demo mode.',
    HINT = 'COMMIT PREPARED or ROLLBACK PREPARED it first (see pg_prepared_xacts), then try again.';
END
$$;

-- Whether this transaction, or one shortly before it in this session, wrote to a catalog that tells
-- what names stand for. By oid: looking each up by its name would cost more than the rest.
CREATE OR REPLACE FUNCTION pgtoll.catalog_written() RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  -- pg_type, pg_proc, pg_class, pg_aggregate, pg_attrdef, pg_cast, pg_constraint, pg_depend,
  -- pg_index, pg_inherits, pg_namespace, pg_operator, pg_rewrite, pg_trigger, pg_policy,
  -- pg_event_trigger
  RETURN EXISTS (
    SELECT FROM unnest('{1247,1255,1259,2600,2604,2605,2606,2608,2610,2611,2615,2617,2618,2620,3256,
      3466}'::oid[]) c
    WHERE pg_stat_get_xact_tuples_inserted(c) > 0 OR pg_stat_get_xact_tuples_updated(c) > 0
      OR pg_stat_get_xact_tuples_deleted(c) > 0
  );
END
$$;

-- Whether user's code may run on behalf of these tables when constraints are made immediate, or at
-- COMMIT: by a constraint trigger, or by the expressions of a deferrable exclusion constraint.
CREATE FUNCTION pgtoll.defers(changed oid[]) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM pg_trigger t
    WHERE t.tgrelid = ANY (changed) AND t.tgdeferrable
      AND (NOT t.tgisinternal OR EXISTS (SELECT FROM pg_index i
        WHERE i.indexrelid = t.tgconstrindid AND t.tgfoid = 'unique_key_recheck'::regproc
          AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL)))
  );
END
$$;

-- How many rows the transaction has changed in tables that it still holds. Grows with every event
-- that a deferred trigger could wait for.
CREATE FUNCTION pgtoll.changes() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT coalesce(sum(pg_stat_get_xact_tuples_inserted(l.relation)
      + pg_stat_get_xact_tuples_updated(l.relation)
      + pg_stat_get_xact_tuples_deleted(l.relation)), 0)
    FROM (SELECT DISTINCT l.relation FROM pg_lock_status() l
      WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.relation >= 16384
        AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')) l
  );
END
$$;

-- The second half of settle: nothing may have changed since.
CREATE FUNCTION pgtoll.settled(before bigint, cap int, demo int[], lacked int[]) RETURNS boolean
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
  PERFORM pgtoll.refuse_held_cursors();
  RETURN pgtoll.witness(cap, demo, lacked, false);
END
$$;

-- Makes sure that nothing deferred is left, which COMMIT would run. The witness has asked for it by
-- returning NULL, after constraints were made immediate. If triggers run here even so, they have
-- been deferred by others; these may not change a row, for that might be for yet another, and so
-- on. Runs as the client, as its triggers must: there is no operator and no bare name in here for
-- its search path to give another meaning. An error of theirs might hold what is not to be seen.
CREATE FUNCTION pgtoll.settle(cap int, demo int[], lacked int[]) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  before bigint;
BEGIN
  before := pgtoll.changes();
  BEGIN
    SET CONSTRAINTS ALL IMMEDIATE;
  EXCEPTION WHEN OTHERS THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
      MESSAGE = 'a trigger that a deferred trigger has deferred failed';
  END;
  RETURN pgtoll.settled(before, cap, demo, lacked);
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
  values_read oid;
  prepared boolean;
  tables pgtoll.known[];
BEGIN
  -- The account of locks is costly to ask for, and is asked for once: for what this transaction
  -- holds, and whether a prepared one holds a place in the ledger.
  SELECT array_agg(l.relation) FILTER (WHERE l.pid IS NOT NULL),
    array_agg(DISTINCT l.relation) FILTER (
      WHERE l.mode NOT IN ('AccessShareLock', 'RowShareLock')
        AND (pg_stat_get_xact_tuples_inserted(l.relation) > 0 OR l.mode = 'AccessExclusiveLock')),
    array_agg(l.relation) FILTER (
      WHERE final AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')
        AND pg_stat_get_xact_tuples_inserted(l.relation)
          + pg_stat_get_xact_tuples_updated(l.relation)
          + pg_stat_get_xact_tuples_deleted(l.relation) > 0),
    min(l.relation) FILTER (WHERE l.relation < 16384),
    count(*) FILTER (WHERE l.pid IS NULL) > 0
  INTO locked, written, changed, values_read, prepared
  FROM pg_lock_status() l
  WHERE l.locktype = 'relation' AND (
    l.pid = pg_backend_pid()
      AND (l.relation >= 16384 OR l.relation = ANY ('{2619,3429,2613}'::oid[]))
    OR l.pid IS NULL AND l.relation = 'pgtoll.ledger'::regclass);

  IF cardinality(lacked) > 0 THEN
    IF values_read IS NOT NULL THEN
      PERFORM pgtoll.refuse_values(lacked, values_read);
    END IF;
    PERFORM pgtoll.watch(lacked, locked);
  END IF;
  IF final THEN
    PERFORM pgtoll.refuse_held_cursors();
  END IF;
  IF written IS NOT NULL AND cardinality(demo) > 0 THEN
    tables := pgtoll.filled(demo, written);
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
    RETURN NULL;
  END IF;
  RETURN pgtoll.catalog_written();
END
$$;

-- settle, settled and changes are for everybody: they only say no, or how much there is.
REVOKE ALL ON FUNCTION pgtoll.lock_ledger_of_prepared(pgtoll.known[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.defers(oid[]) FROM PUBLIC;
