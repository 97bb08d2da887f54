-- The witness: PostgreSQL's own account, inside the client's transaction, of what it touched.
--
-- Every function but pgtoll.witness runs only as part of it, with its rights and its search path.
-- What it cannot see, and reading must keep away from it: reads by parallel workers alone in a
-- subtransaction that was rolled back; what a deferred trigger leaves to a trigger that it deferred
-- anew; other connections. What it sees too much of: counts of transactions before this one, until
-- the server has put them away (pg_stat_force_next_flush, then idle).
-- No literal here holds a backslash, so the session's standard_conforming_strings cannot matter.

-- What the witness must know of a relation.
CREATE TYPE pgtoll.known AS (
  relation oid, nspname name, relname name, relkind "char", inherits boolean, exempt boolean,
  products int[]
);

-- The products of the tables that a relation is a partition or a child of.
CREATE FUNCTION pgtoll.inherited_products(relation oid) RETURNS int[]
LANGUAGE plpgsql STABLE AS $$
DECLARE
  parent oid;
  found int[] := '{}';
BEGIN
  FOR parent IN SELECT i.inhparent FROM pg_inherits i WHERE i.inhrelid = $1 LOOP
    found := found || (pgtoll.know(parent)).products;
  END LOOP;
  RETURN found;
END
$$;

-- What there is to know of a relation. Its products are those that it is pinned to, or else named
-- by; else those of its parents; else base, which owns tables, but no view or sequence: those hold
-- no rows of their own. NULL for temporary relations and our own, which have no product.
CREATE FUNCTION pgtoll.know(relation oid) RETURNS pgtoll.known
LANGUAGE plpgsql STABLE AS $$
DECLARE
  found pgtoll.known;
BEGIN
  SELECT c.oid, n.nspname, c.relname, c.relkind,
    EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid),
    EXISTS (SELECT FROM pgtoll.exempt e
      WHERE lower(c.relname::text COLLATE "C") LIKE e.in_name
        AND lower(n.nspname::text COLLATE "C") LIKE e.in_schema),
    coalesce(
      (SELECT array_agg(p.product) FROM pgtoll.pin p WHERE p.relation = c.oid),
      (SELECT array_agg(e.product) FROM pgtoll.element e
        WHERE lower(c.relname::text COLLATE "C") LIKE e.in_name
          AND lower(n.nspname::text COLLATE "C") LIKE e.in_schema))
  INTO found
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid = $1 AND c.relpersistence <> 't' AND n.nspname <> 'pgtoll';
  IF found.products IS NULL AND found.inherits THEN
    found.products := pgtoll.inherited_products(relation);
  ELSIF found.products IS NULL AND found.relkind IN ('r', 'p', 'f', 'm') THEN
    found.products := '{0}';
  END IF;
  RETURN found;
END
$$;

-- The relation that an index or a TOAST table belongs to; any other relation is its own.
CREATE FUNCTION pgtoll.owner_of(relation oid, relkind "char") RETURNS oid
LANGUAGE plpgsql STABLE AS $$
DECLARE
  found oid := relation;
BEGIN
  IF relkind IN ('i', 'I') THEN
    found := (SELECT i.indrelid FROM pg_index i WHERE i.indexrelid = $1);
    relkind := (SELECT c.relkind FROM pg_class c WHERE c.oid = found);
  END IF;
  IF relkind = 't' THEN
    found := (SELECT d.refobjid FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = found
        AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i');
  END IF;
  RETURN found;
END
$$;

-- The code of the first of a relation's products that is one of those asked about.
CREATE FUNCTION pgtoll.code_among(products int[], wanted int[]) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (SELECT p.code FROM pgtoll.product p
    WHERE p.id = ANY (products) AND p.id = ANY (wanted) ORDER BY p.id LIMIT 1);
END
$$;

-- Relations that are locked now, or were read by something rolled back since: its locks are gone,
-- but the blocks that it fetched are still counted, those of indexes and TOAST tables separately,
-- and so is a scan that left the blocks to parallel workers. Each question costs as much as a
-- lookup in shared memory, so none is asked twice: who reads a TOAST table's index reads the table.
CREATE FUNCTION pgtoll.touched(locked oid[]) RETURNS oid[]
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN (
    SELECT array_agg(DISTINCT pgtoll.owner_of(c.oid, c.relkind))
    FROM pg_class c
    WHERE c.oid >= 16384 AND (
      c.oid = ANY (locked)
      OR c.relkind IN ('r', 'm', 't', 'i', 'S')
        AND (c.relkind <> 'i' OR c.relnamespace <> 'pg_toast'::regnamespace)
        AND pg_stat_get_xact_blocks_fetched(c.oid) > 0
      OR c.relkind IN ('r', 'm') AND pg_stat_get_xact_numscans(c.oid) > 0
    )
  );
END
$$;

-- Refuses what the transaction did when a relation that it touched is of a product in `lacked`.
CREATE FUNCTION pgtoll.watch(lacked int[], locked oid[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  relation oid;
  seen pgtoll.known;
BEGIN
  FOREACH relation IN ARRAY coalesce(pgtoll.touched(locked), '{}') LOOP
    seen := pgtoll.know(relation);
    IF seen.products && lacked THEN
      -- Else the counts of what is undone here would stand against what the session does next.
      PERFORM pg_stat_force_next_flush();
      RAISE EXCEPTION USING ERRCODE = 'TOLL2', MESSAGE = 'watch', SCHEMA = seen.nspname,
        TABLE = seen.relname, DETAIL = pgtoll.code_among(seen.products, lacked);
    END IF;
  END LOOP;
END
$$;

-- Whether this transaction has made a table with rows a partition, or one above it: the row of
-- pg_inherits is then as young as the transaction.
CREATE FUNCTION pgtoll.attached(relation oid) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM FROM pg_partition_ancestors(relation) a
  JOIN pg_inherits i ON i.inhrelid = a.relid
  WHERE age(i.xmin) <= 0;
  RETURN FOUND AND pgtoll.rows_up_to(1, pgtoll.know(relation)) > 0;
END
$$;

-- The capped tables that got rows, in the order in which everybody locks them. A partition stands
-- for its root, and a table that has become a partition brings its rows with it.
CREATE FUNCTION pgtoll.filled(demo int[], written oid[]) RETURNS pgtoll.known[]
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  relation oid;
  one pgtoll.known;
  found pgtoll.known[] := '{}';
BEGIN
  FOREACH relation IN ARRAY written LOOP
    CONTINUE WHEN pg_stat_get_xact_tuples_inserted(relation) = 0 AND NOT pgtoll.attached(relation);
    one := pgtoll.know(coalesce(pg_partition_root(relation), relation));
    IF one.products && demo AND one.relkind IN ('r', 'p') AND NOT one.exempt THEN
      found := found || one;
    END IF;
  END LOOP;
  IF cardinality(found) > 1 THEN
    found := (SELECT array_agg(DISTINCT f ORDER BY f) FROM unnest(found) f);
  END IF;
  RETURN found;
END
$$;

-- The rows of a table, counted up to the limit. A table's children by inheritance are tables of
-- their own; a partitioned table is one table.
CREATE FUNCTION pgtoll.rows_up_to(most int, one pgtoll.known) RETURNS int
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  counted int;
BEGIN
  EXECUTE format('SELECT count(*) FROM (SELECT FROM %s %I.%I LIMIT %s) r',
    CASE one.relkind WHEN 'p' THEN '' ELSE 'ONLY' END, one.nspname, one.relname, most)
  INTO counted;
  RETURN counted;
END
$$;

-- Refuses what the transaction did when one of these tables has too many rows.
CREATE FUNCTION pgtoll.check_cap(cap int, demo int[], tables pgtoll.known[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  one pgtoll.known;
BEGIN
  FOREACH one IN ARRAY tables LOOP
    IF pgtoll.rows_up_to(cap + 1, one) > cap THEN
      RAISE EXCEPTION USING ERRCODE = 'TOLL1', MESSAGE = 'cap', SCHEMA = one.nspname,
        TABLE = one.relname, DETAIL = pgtoll.code_among(one.products, demo), HINT = cap::text;
    END IF;
  END LOOP;
END
$$;

-- Holds the right to fill these tables until the transaction ends.
CREATE FUNCTION pgtoll.lock_ledger(tables pgtoll.known[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  one pgtoll.known;
BEGIN
  FOREACH one IN ARRAY tables LOOP
    UPDATE pgtoll.ledger l SET bump = l.bump + 1 WHERE l.relation = one.relation;
    IF NOT FOUND THEN
      INSERT INTO pgtoll.ledger AS l (relation, bump) VALUES (one.relation, 1)
      ON CONFLICT ON CONSTRAINT ledger_pkey DO UPDATE SET bump = l.bump + 1;
    END IF;
  END LOOP;
END
$$;

-- Refuses the end of a transaction that has opened a cursor WITH HOLD: its query runs at COMMIT,
-- after every check, and could do anything that was refused before.
CREATE FUNCTION pgtoll.refuse_held_cursors() RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  cursor_name text := (SELECT c.name FROM pg_cursors c
    WHERE c.is_holdable AND c.creation_time >= transaction_timestamp() LIMIT 1);
BEGIN
  IF cursor_name IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
      MESSAGE = format('cursor "%s" WITH HOLD cannot outlive this transaction', cursor_name),
      DETAIL = 'Its query would run at COMMIT, after what the transaction did was checked.',
      HINT = 'Close the cursor before COMMIT, or declare it in a transaction of its own.';
  END IF;
END
$$;

-- pg_statistic, pg_statistic_ext_data and pg_largeobject hold values of any table. The planner lets
-- go of its locks on them at once; a query that reads them keeps its own.
CREATE FUNCTION pgtoll.refuse_values(lacked int[], relation oid) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'TOLL2', MESSAGE = 'watch', SCHEMA = 'pg_catalog',
    TABLE = (SELECT c.relname FROM pg_class c WHERE c.oid = relation),
    DETAIL = pgtoll.code_among(lacked, lacked);
END
$$;

-- Whether this transaction, or one shortly before it in this session, wrote to a catalog that tells
-- what names stand for.
CREATE FUNCTION pgtoll.catalog_written() RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  catalog oid;
BEGIN
  FOREACH catalog IN ARRAY '{pg_class, pg_proc, pg_rewrite, pg_trigger, pg_inherits, pg_attrdef,
    pg_constraint, pg_policy, pg_operator, pg_cast, pg_type, pg_depend, pg_event_trigger,
    pg_namespace, pg_aggregate, pg_index}'::regclass[]
  LOOP
    IF pg_stat_get_xact_tuples_inserted(catalog) > 0 OR pg_stat_get_xact_tuples_updated(catalog) > 0
      OR pg_stat_get_xact_tuples_deleted(catalog) > 0 THEN
      RETURN true;
    END IF;
  END LOOP;
  RETURN false;
END
$$;

-- Returns when the transaction may go on, and says whether the catalog may be another now. Raises
-- TOLL1 when a table in demo mode holds more rows than `cap`, TOLL2 when a relation of a lacked
-- product was touched. `final` is for the end of a transaction: only then are tables locked against
-- other writers, in the order of their OIDs.
CREATE FUNCTION pgtoll.witness(cap int, demo int[], lacked int[], final boolean) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan -- planning each lookup anew would double the cost
AS $$
DECLARE
  locked oid[];
  written oid[];
  values_read oid;
  tables pgtoll.known[];
BEGIN
  -- The account of locks is costly to ask for, and is asked for once.
  SELECT array_agg(l.relation), array_agg(DISTINCT l.relation) FILTER (
    WHERE l.mode NOT IN ('AccessShareLock', 'RowShareLock')
      AND (pg_stat_get_xact_tuples_inserted(l.relation) > 0 OR l.mode = 'AccessExclusiveLock')),
    min(l.relation) FILTER (WHERE l.relation < 16384)
  INTO locked, written, values_read
  FROM pg_locks l
  WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation'
    AND (l.relation >= 16384 OR l.relation = ANY (ARRAY[2619, 3429, 2613]::oid[]));

  IF cardinality(lacked) > 0 THEN
    IF values_read IS NOT NULL THEN
      PERFORM pgtoll.refuse_values(lacked, values_read);
    END IF;
    PERFORM pgtoll.watch(lacked, locked);
  END IF;
  IF final THEN
    PERFORM pgtoll.refuse_held_cursors();
  END IF;
  IF written IS NULL OR cardinality(demo) = 0 THEN
    RETURN pgtoll.catalog_written();
  END IF;
  tables := pgtoll.filled(demo, written);
  IF cardinality(tables) = 0 THEN
    RETURN pgtoll.catalog_written();
  END IF;
  -- So that the counts of this transaction, however it ends, do not stand against the next one.
  PERFORM pg_stat_force_next_flush();
  IF final THEN
    PERFORM pgtoll.lock_ledger(tables);
  END IF;
  -- A later statement than the lock: under READ COMMITTED its snapshot shows what we waited for.
  PERFORM pgtoll.check_cap(cap, demo, tables);
  RETURN pgtoll.catalog_written();
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA pgtoll FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pgtoll.witness(int, int[], int[], boolean) TO PUBLIC;
