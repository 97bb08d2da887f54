-- The witness: PostgreSQL's own account, inside the client's transaction, of what it touched.
--
-- Every function but pgtoll.witness runs only as part of it, with its rights and its search path.
-- They are many small lookups by key on purpose: those are several times faster than joins.
-- No literal here holds a backslash, so the session's standard_conforming_strings cannot matter.

-- A table in demo mode that got rows.
CREATE TYPE pgtoll.capped AS (relation oid, nspname name, relname name, relkind "char", product int);

CREATE FUNCTION pgtoll.schema_of(namespace oid) RETURNS name
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (SELECT n.nspname FROM pg_namespace n WHERE n.oid = $1);
END
$$;

-- The products that a relation is pinned to, or else named by; NULL when there are none.
CREATE FUNCTION pgtoll.named_products(relation oid, nspname name, relname name) RETURNS int[]
LANGUAGE plpgsql STABLE AS $$
DECLARE
  found int[] := (SELECT array_agg(p.product) FROM pgtoll.pin p WHERE p.relation = $1);
BEGIN
  IF found IS NULL THEN
    found := (SELECT array_agg(e.product) FROM pgtoll.element e
      WHERE lower($3::text COLLATE "C") LIKE e.in_name
        AND lower($2::text COLLATE "C") LIKE e.in_schema);
  END IF;
  RETURN found;
END
$$;

-- The products of the tables that a relation is a partition or a child of; NULL without any.
CREATE FUNCTION pgtoll.inherited_products(relation oid) RETURNS int[]
LANGUAGE plpgsql STABLE AS $$
DECLARE
  parent record;
  found int[];
BEGIN
  FOR parent IN
    SELECT c.oid, c.relnamespace, c.relname, c.relkind
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent
    WHERE i.inhrelid = $1
  LOOP
    found := found || pgtoll.products_of(
      parent.oid, pgtoll.schema_of(parent.relnamespace), parent.relname, parent.relkind);
  END LOOP;
  RETURN found;
END
$$;

-- The products of a relation: its own; else those of its parents; else base, which owns tables,
-- but no view or sequence: those hold no rows of their own.
CREATE FUNCTION pgtoll.products_of(relation oid, nspname name, relname name, relkind "char")
RETURNS int[] LANGUAGE plpgsql STABLE AS $$
DECLARE
  found int[] := pgtoll.named_products(relation, nspname, relname);
BEGIN
  IF found IS NULL AND relkind IN ('r', 'p', 'f') THEN
    IF EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = $1) THEN
      found := pgtoll.inherited_products(relation);
    END IF;
  END IF;
  IF found IS NULL AND relkind IN ('r', 'p', 'f', 'm') THEN
    RETURN ARRAY[0];
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

CREATE FUNCTION pgtoll.first_of(products int[], wanted int[]) RETURNS int
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN (SELECT p FROM unnest(products) p WHERE p = ANY (wanted) ORDER BY p LIMIT 1);
END
$$;

CREATE FUNCTION pgtoll.code_of(product int) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (SELECT p.code FROM pgtoll.product p WHERE p.id = $1);
END
$$;

-- Relations that are locked now, or were read by something rolled back since: its locks are gone,
-- but the blocks that it fetched are still counted, those of indexes and TOAST tables separately.
CREATE FUNCTION pgtoll.touched(locked oid[]) RETURNS oid[]
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN (
    SELECT array_agg(DISTINCT pgtoll.owner_of(c.oid, c.relkind))
    FROM pg_class c
    WHERE c.oid >= 16384
      AND c.relnamespace <> 'pgtoll'::regnamespace
      AND c.relpersistence <> 't'
      AND c.relkind <> 'c'
      AND (
        c.oid = ANY (locked)
        OR pg_stat_get_xact_blocks_fetched(c.oid) > 0
        OR pg_stat_get_xact_numscans(c.oid) > 0
        OR pg_stat_get_xact_tuples_inserted(c.oid) > 0
      )
  );
END
$$;

-- Refuses what the transaction did when a relation that it touched is of a product in `lacked`.
CREATE FUNCTION pgtoll.watch(lacked int[], locked oid[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  relation oid;
  seen record;
  owners int[];
BEGIN
  FOREACH relation IN ARRAY coalesce(pgtoll.touched(locked), '{}') LOOP
    SELECT pgtoll.schema_of(c.relnamespace) AS nspname, c.relname, c.relkind INTO seen
    FROM pg_class c WHERE c.oid = relation AND c.relnamespace <> 'pgtoll'::regnamespace;
    owners := pgtoll.products_of(relation, seen.nspname, seen.relname, seen.relkind);
    IF owners && lacked THEN
      -- Else the counts of what is undone here would stand against what the session does next.
      PERFORM pg_stat_force_next_flush();
      RAISE EXCEPTION USING ERRCODE = 'TOLL2', MESSAGE = 'watch', SCHEMA = seen.nspname,
        TABLE = seen.relname, DETAIL = pgtoll.code_of(pgtoll.first_of(owners, lacked));
    END IF;
  END LOOP;
END
$$;

-- Whether this transaction has made a table with rows a partition, or one above it: the row of
-- pg_inherits is then as young as the transaction.
CREATE FUNCTION pgtoll.attached(relation oid, nspname name, relname name) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM FROM pg_partition_ancestors(relation) a
  JOIN pg_inherits i ON i.inhrelid = a.relid
  WHERE age(i.xmin) <= 0;
  RETURN FOUND AND pgtoll.rows_up_to(1, nspname, relname, 'r') > 0;
END
$$;

CREATE FUNCTION pgtoll.is_exempt(nspname name, relname name) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT FROM pgtoll.exempt e
    WHERE lower($2::text COLLATE "C") LIKE e.in_name
      AND lower($1::text COLLATE "C") LIKE e.in_schema);
END
$$;

-- The capped table that a relation is or belongs to; NULL when its rows count nowhere. A partition
-- stands for its root, and a table that has become a partition brings its rows with it.
CREATE FUNCTION pgtoll.capped_table(demo int[], relation oid) RETURNS pgtoll.capped
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  found record;
  nspname name;
  owners int[];
BEGIN
  SELECT c.oid, c.relname, c.relnamespace, c.relkind, c.relispartition INTO found
  FROM pg_class c WHERE c.oid = relation AND c.relkind = 'r' AND c.relpersistence <> 't';
  nspname := pgtoll.schema_of(found.relnamespace);
  IF found.oid IS NULL OR nspname = 'pgtoll' THEN
    RETURN NULL;
  END IF;
  IF pg_stat_get_xact_tuples_inserted(relation) = 0 AND NOT (
    found.relispartition AND pgtoll.attached(relation, nspname, found.relname)) THEN
    RETURN NULL;
  END IF;
  IF found.relispartition THEN
    SELECT c.oid, c.relname, c.relnamespace, c.relkind INTO found
    FROM pg_class c WHERE c.oid = pg_partition_root(relation);
    nspname := pgtoll.schema_of(found.relnamespace);
  END IF;
  owners := pgtoll.products_of(found.oid, nspname, found.relname, found.relkind);
  IF NOT owners && demo OR pgtoll.is_exempt(nspname, found.relname) THEN
    RETURN NULL;
  END IF;
  RETURN ROW(found.oid, nspname, found.relname, found.relkind, pgtoll.first_of(owners, demo));
END
$$;

-- The capped tables that got rows, in the order in which everybody locks them.
CREATE FUNCTION pgtoll.filled(demo int[], written oid[]) RETURNS pgtoll.capped[]
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  relation oid;
  one pgtoll.capped;
  found pgtoll.capped[] := '{}';
BEGIN
  FOREACH relation IN ARRAY written LOOP
    one := pgtoll.capped_table(demo, relation);
    IF one.relation IS NOT NULL THEN
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
CREATE FUNCTION pgtoll.rows_up_to(most int, nspname name, relname name, relkind "char") RETURNS int
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  counted int;
BEGIN
  EXECUTE format('SELECT count(*) FROM (SELECT FROM %s %I.%I LIMIT %s) r',
    CASE relkind WHEN 'p' THEN '' ELSE 'ONLY' END, nspname, relname, most) INTO counted;
  RETURN counted;
END
$$;

CREATE FUNCTION pgtoll.check_cap(cap int, tables pgtoll.capped[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  one pgtoll.capped;
BEGIN
  FOREACH one IN ARRAY tables LOOP
    IF pgtoll.rows_up_to(cap + 1, one.nspname, one.relname, one.relkind) > cap THEN
      RAISE EXCEPTION USING ERRCODE = 'TOLL1', MESSAGE = 'cap', SCHEMA = one.nspname,
        TABLE = one.relname, DETAIL = pgtoll.code_of(one.product), HINT = cap::text;
    END IF;
  END LOOP;
END
$$;

-- Holds the right to fill these tables until the transaction ends.
CREATE FUNCTION pgtoll.lock_ledger(tables pgtoll.capped[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  one pgtoll.capped;
BEGIN
  FOREACH one IN ARRAY tables LOOP
    INSERT INTO pgtoll.ledger AS l (relation, bump) VALUES (one.relation, 1)
    ON CONFLICT ON CONSTRAINT ledger_pkey DO UPDATE SET bump = l.bump + 1;
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

-- Whether this transaction, or one shortly before it in this session, wrote to a catalog that tells
-- what names stand for.
CREATE FUNCTION pgtoll.catalog_written() RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM unnest(ARRAY['pg_class', 'pg_proc', 'pg_rewrite', 'pg_trigger', 'pg_inherits',
      'pg_attrdef', 'pg_constraint', 'pg_policy', 'pg_operator', 'pg_cast', 'pg_type', 'pg_depend',
      'pg_event_trigger', 'pg_namespace', 'pg_aggregate', 'pg_index']::regclass[]) AS c
    WHERE pg_stat_get_xact_tuples_inserted(c) + pg_stat_get_xact_tuples_updated(c)
      + pg_stat_get_xact_tuples_deleted(c) > 0);
END
$$;

-- Returns when the transaction may go on, and whether the catalog may be another now; raises TOLL1 when a table in demo mode holds more rows
-- than `cap`, TOLL2 when a relation of a lacked product was touched. `final` is for the end of a
-- transaction: only then are tables locked against other writers, in the order of their OIDs.
CREATE FUNCTION pgtoll.witness(cap int, demo int[], lacked int[], final boolean) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan -- planning each lookup anew would double the cost
AS $$
DECLARE
  locked oid[];
  written oid[];
  tables pgtoll.capped[];
BEGIN
  -- The account of locks is costly to ask for, and is asked for once.
  SELECT array_agg(l.relation), array_agg(DISTINCT l.relation) FILTER (
    WHERE l.mode NOT IN ('AccessShareLock', 'RowShareLock')
      AND (pg_stat_get_xact_tuples_inserted(l.relation) > 0 OR l.mode = 'AccessExclusiveLock'))
  INTO locked, written
  FROM pg_locks l
  WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.relation >= 16384;

  IF cardinality(lacked) > 0 THEN
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
  PERFORM pgtoll.check_cap(cap, tables);
  RETURN pgtoll.catalog_written();
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA pgtoll FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pgtoll.witness(int, int[], int[], boolean) TO PUBLIC;
