-- Rows that no count of this server tells of: those of foreign tables, of tables that are distributed
-- over other servers, and all of them where the server does not count, or shows no locks.

-- Whether rows can be counted, and locks be seen, is found out with this one: nothing stays in it.
CREATE TABLE pgtoll.probe ();
REVOKE ALL ON pgtoll.probe FROM PUBLIC;

-- What our functions call where the server has no such function, or does not let us call it: `pgtoll
-- init` writes them so.
CREATE FUNCTION pgtoll.uncounted(relation oid) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
  SELECT 0::bigint
$$;

CREATE FUNCTION pgtoll.unflushed() RETURNS void
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN;
END
$$;

CREATE FUNCTION pgtoll.unheard(channel text, payload text) RETURNS void
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN;
END
$$;

-- Refuses to vouch for the rows of a foreign table that count towards a capped one. Other servers do
-- not say how many a transaction has brought, and what they show to us is not what they show to it.
CREATE FUNCTION pgtoll.refuse_foreign(relation oid, demo int[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF EXISTS (SELECT FROM pg_foreign_table f WHERE f.ftrelid = relation)
    AND EXISTS (SELECT FROM pgtoll.counted(relation, demo)) THEN
    PERFORM pg_stat_force_next_flush();
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
      MESSAGE = format('the rows of foreign table "%s" cannot be counted',
        (SELECT c.relname FROM pg_class c WHERE c.oid = relation)),
      DETAIL = 'It is a partition of a table in demo mode, which takes only so many rows.',
      HINT = 'Upload a license, or put the rows into a partition that is no foreign table.';
  END IF;
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
  moved boolean;
  looks_back boolean := pgtoll.looks_back();
BEGIN
  IF cardinality(written) = 1 AND pg_stat_get_xact_tuples_inserted(written[1]) > 0
    AND NOT looks_back AND pg_stat_get_xact_tuples_updated(1259) = 0 THEN
    -- What nearly every insert is: one table, no partition, and none renamed (pg_class).
    one := pgtoll.know(written[1]);
    IF NOT one.inherits THEN
      RETURN CASE WHEN one.products && demo AND one.relkind = 'r' AND NOT one.exempt
        THEN ARRAY[one] ELSE '{}' END;
    END IF;
  END IF;
  blind := pgtoll.blind();
  FOREACH relation IN ARRAY written LOOP
    PERFORM pgtoll.refuse_foreign(relation, demo);
    IF blind OR pg_stat_get_xact_tuples_inserted(relation) > 0 THEN
      IF looks_back THEN
        PERFORM pgtoll.refuse_outdated(pgtoll.line_of(relation));
      END IF;
      moved := - relation::bigint = ANY (demo);
      found := found || ARRAY(SELECT c FROM pgtoll.counted(relation, demo) c
        WHERE blind OR NOT moved OR pgtoll.moved_into(c, demo));
    END IF;
    found := found || ARRAY(SELECT c FROM pgtoll.capped_by_name(relation, demo) c)
      || ARRAY(SELECT j FROM pgtoll.joined(relation, demo) j);
  END LOOP;
  RETURN coalesce((SELECT array_agg(DISTINCT f ORDER BY f) FROM unnest(found) f), '{}');
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
          OR l.mode = 'RowExclusiveLock' AND (b.blind
            OR EXISTS (SELECT FROM pg_foreign_table f WHERE f.ftrelid = l.relation)))),
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

-- Whether the rows of a table are kept by other servers, as Citus does it.
CREATE FUNCTION pgtoll.is_distributed(relation oid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  found boolean := false;
BEGIN
  IF to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL THEN
    EXECUTE 'SELECT EXISTS (SELECT FROM pg_catalog.pg_dist_partition d WHERE d.logicalrelid::oid = $1)'
    INTO found USING relation;
  END IF;
  RETURN found;
END
$$;

-- Such tables that this transaction may have put rows into: this server counts none of them.
CREATE FUNCTION pgtoll.distributed_filled() RETURNS bigint[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN ARRAY(SELECT DISTINCT l.relation::bigint FROM pg_lock_status() l
    WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.relation >= 16384
      AND l.mode NOT IN ('AccessShareLock', 'RowShareLock') AND pgtoll.is_distributed(l.relation));
END
$$;

-- The capped tables among those that reading has named, in the order in which everybody locks them; if
-- `final`, with the right to fill them. Without a list, nobody can tell where rows have gone.
CREATE FUNCTION pgtoll.named_tables(demo int[], named bigint[], final boolean)
RETURNS pgtoll.known[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  relation oid;
  tables pgtoll.known[];
BEGIN
  IF named IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'configuration_limit_exceeded',
      MESSAGE = 'which tables this transaction has filled cannot be told',
      DETAIL = 'Tables in demo mode take only so many rows, and this server does not show what a transaction does.',
      HINT = 'Name the tables in statements of their own, and change none in the same transaction.';
  END IF;
  FOREACH relation IN ARRAY named::oid[] LOOP
    PERFORM pgtoll.refuse_foreign(relation, demo);
    IF pgtoll.looks_back() THEN
      PERFORM pgtoll.refuse_outdated(pgtoll.line_of(relation));
    END IF;
  END LOOP;
  tables := ARRAY(SELECT DISTINCT c
    FROM unnest(named) n (relation), pgtoll.counted(n.relation::oid, demo) c ORDER BY c);
  IF final THEN
    PERFORM pgtoll.refuse_held_cursors();
    PERFORM pgtoll.lock_ledger(tables);
  END IF;
  RETURN tables;
END
$$;

CREATE FUNCTION pgtoll.check_named(cap int, demo int[], one pgtoll.known) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  PERFORM pgtoll.check_cap(cap, demo, ARRAY[one]);
END
$$;

CREATE FUNCTION pgtoll.refuse_full(cap int, demo int[], one pgtoll.known) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'TOLL1', MESSAGE = 'cap', SCHEMA = one.nspname,
    TABLE = one.relname, DETAIL = pgtoll.code_among(one.products, demo), HINT = cap::text;
END
$$;

-- Refuses what the transaction did when one of the tables that reading has named has too many rows.
-- What other servers keep shows the rows of this transaction to the client's own role alone: so this
-- runs as the client. Where row security hides rows from that role, the count fails.
CREATE FUNCTION pgtoll.count_named(cap int, demo int[], named bigint[], final boolean)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET row_security = off
AS $$
DECLARE
  one pgtoll.known;
  more boolean;
BEGIN
  -- All are locked first: a later statement shows what was waited for.
  FOREACH one IN ARRAY pgtoll.named_tables(demo, named, final) LOOP
    IF pgtoll.is_distributed(one.relation) THEN
      EXECUTE format('SELECT EXISTS (SELECT FROM %I.%I OFFSET %s)', one.nspname, one.relname, cap)
      INTO more;
      IF more THEN
        PERFORM pgtoll.refuse_full(cap, demo, one);
      END IF;
    ELSE
      PERFORM pgtoll.check_named(cap, demo, one);
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;

-- The same for the distributed tables that locks tell of.
CREATE FUNCTION pgtoll.count_distributed(cap int, demo int[], final boolean) RETURNS boolean
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN pgtoll.count_named(cap, demo, pgtoll.distributed_filled(), final);
END
$$;

-- Everybody may call what runs as the client, and what that calls: it says no, or which tables.
REVOKE ALL ON FUNCTION pgtoll.uncounted(oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.unflushed() FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.unheard(text, text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.refuse_foreign(oid, int[]) FROM PUBLIC;
