-- What a table is counts as it is now, and not as an old snapshot shows it; what has become capped is
-- counted with what is below it, and with the rows that others are just bringing.

-- Whether queries of this transaction do not show what was committed after its first.
CREATE FUNCTION pgtoll.looks_back() RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN current_setting('transaction_isolation') IN ('repeatable read', 'serializable');
END
$$;

-- Whether a row that the snapshot shows has another in its place by now, or is about to: who wrote
-- its xmax has not been undone. Of a transaction that is too old to be told, it has. The snapshot
-- itself does not tell: it knows nothing of parts of transactions.
CREATE FUNCTION pgtoll.overtaken(ended_by xid) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  oldest bigint := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
  since bigint := age(ended_by)::bigint - age((oldest % 4294967296)::text::xid);
BEGIN
  RETURN ended_by <> '0'::xid
    AND pg_xact_status((oldest - since)::text::xid8) IN ('committed', 'in progress');
END
$$;

-- Whether the snapshot shows another relation than there is: another name, schema or place, or other
-- storage, with rows that it does not show. A child's columns are written when it gets a parent.
CREATE FUNCTION pgtoll.outdated(relation oid) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN NOT EXISTS (
      SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = relation AND NOT pgtoll.overtaken(c.xmax) AND NOT pgtoll.overtaken(n.xmax))
    OR EXISTS (
      SELECT FROM pg_attribute a
      WHERE a.attrelid = relation AND a.xmax <> '0'::xid AND pgtoll.overtaken(a.xmax));
END
$$;

-- Has a transaction that looks back tried again, when it cannot count what there is.
CREATE FUNCTION pgtoll.refuse_outdated(relations oid[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  relation oid;
BEGIN
  FOREACH relation IN ARRAY relations LOOP
    IF pgtoll.outdated(relation) THEN
      RAISE EXCEPTION USING ERRCODE = 'serialization_failure',
        MESSAGE = 'could not serialize access due to a concurrent change of a table',
        DETAIL = 'Its rows cannot be counted by a snapshot that is older than the change.',
        HINT = 'Try again.';
    END IF;
  END LOOP;
END
$$;

-- A relation and all that it is a partition or a child of.
CREATE FUNCTION pgtoll.line_of(relation oid) RETURNS oid[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN ARRAY(
    WITH RECURSIVE above (relid) AS (
      SELECT relation
      UNION
      SELECT a.relid::oid FROM pg_partition_ancestors(relation) a
      UNION
      SELECT i.inhparent FROM pg_inherits i JOIN above b ON b.relid = i.inhrelid
    )
    SELECT b.relid FROM above b);
END
$$;

-- The tables, children and theirs, that are capped by a relation they inherit from and by no name of
-- their own.
CREATE FUNCTION pgtoll.heirs(relation oid, demo int[]) RETURNS SETOF pgtoll.known
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  heir oid;
  one pgtoll.known;
BEGIN
  FOR heir IN
    WITH RECURSIVE below (relid) AS (
      SELECT i.inhrelid FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = relation AND NOT c.relispartition
      UNION
      SELECT i.inhrelid FROM pg_inherits i JOIN below b ON b.relid = i.inhparent
    )
    SELECT b.relid FROM below b
  LOOP
    one := pgtoll.know(heir);
    IF one.products && demo AND one.relkind = 'r' AND NOT one.exempt
      AND NOT pgtoll.own_product(one) THEN
      RETURN NEXT one;
    END IF;
  END LOOP;
END
$$;

-- Whether this transaction has given a table its name or its schema: it may be capped by it, though
-- its rows have been there before. The row of its type is written then, and by no other change but
-- that of its owner. What was capped before may keep what it has: pins do not change with names, and
-- with base in demo mode nothing else was uncapped, but for what was exempt by its name.
CREATE OR REPLACE FUNCTION pgtoll.renamed(relation oid, demo int[]) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  pins int[];
BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_class c JOIN pg_type t ON t.oid = c.reltype
    WHERE c.oid = relation AND age(c.xmin) <= 0 AND age(t.xmin) <= 0
  ) THEN
    RETURN false;
  END IF;
  pins := (SELECT array_agg(p.product) FROM pgtoll.pin p WHERE p.relation = renamed.relation);
  RETURN NOT coalesce(pins, '{0}') && demo OR EXISTS (SELECT FROM pgtoll.exempt);
END
$$;

-- The capped tables that there are because a relation has a new name: itself, if it is not one of the
-- partitions of such a table, and its heirs.
CREATE FUNCTION pgtoll.capped_by_name(relation oid, demo int[]) RETURNS SETOF pgtoll.known
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF pgtoll.renamed(relation, demo) THEN
    PERFORM pgtoll.refuse_hidden_rows(relation);
    RETURN QUERY
      SELECT * FROM pgtoll.counted(relation, demo) c WHERE c.relation = capped_by_name.relation
      UNION ALL
      SELECT * FROM pgtoll.heirs(relation, demo);
  END IF;
END
$$;

-- Refuses to vouch for rows that were there before a relation is capped, where an old snapshot may not
-- show all: nobody has counted them, so nothing else tells of them. What this transaction has made
-- has no others; the rows of system columns are written when a table is made, and never again.
CREATE FUNCTION pgtoll.refuse_hidden_rows(relation oid) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF pgtoll.looks_back() AND EXISTS (
    WITH RECURSIVE below (relid) AS (
      SELECT relation
      UNION
      SELECT i.inhrelid FROM pg_inherits i JOIN below b ON b.relid = i.inhparent
    )
    SELECT FROM below b JOIN pg_class c ON c.oid = b.relid AND c.relkind = 'r'
    JOIN pg_attribute a ON a.attrelid = b.relid AND a.attname = 'tableoid'
    WHERE age(a.xmin) > 0 AND pg_relation_size(b.relid) > 0
  ) THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
      MESSAGE = 'the rows of a table that becomes limited cannot be counted by an old snapshot',
      DETAIL = 'Those that were committed since the snapshot was taken are not in it.',
      HINT = 'Give it its name or its place in a transaction with ISOLATION LEVEL READ COMMITTED.';
  END IF;
END
$$;

-- The capped tables that have got rows because this transaction has made a relation a partition or a
-- child: the row of pg_inherits is then as young as the transaction. A partition brings its rows to
-- what is above it; a child, and what is below it, is capped from now on if it is by its parent.
CREATE OR REPLACE FUNCTION pgtoll.joined(relation oid, demo int[]) RETURNS SETOF pgtoll.known
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  parent oid;
  one pgtoll.known := pgtoll.know(relation);
BEGIN
  IF one.relkind IN ('i', 'I') THEN
    RETURN;  -- an index of a partition is one itself, of an index, and has no rows
  END IF;
  FOR parent IN
    SELECT i.inhparent FROM pg_partition_ancestors(relation) a
    JOIN pg_inherits i ON i.inhrelid = a.relid WHERE age(i.xmin) <= 0
  LOOP
    IF EXISTS (SELECT FROM pgtoll.counted(parent, demo)) THEN
      PERFORM pgtoll.refuse_hidden_rows(relation);
      IF pgtoll.rows_up_to(1, one) > 0 THEN
        RETURN QUERY SELECT * FROM pgtoll.counted(parent, demo);
      END IF;
    END IF;
  END LOOP;
  IF EXISTS (SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhrelid = relation AND NOT c.relispartition AND age(i.xmin) <= 0) THEN
    RETURN QUERY SELECT * FROM pgtoll.joined_heirs(relation, demo);
  END IF;
END
$$;

-- A table that has become a child, and what is below it, as far as that caps them.
CREATE FUNCTION pgtoll.joined_heirs(relation oid, demo int[]) RETURNS SETOF pgtoll.known
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  one pgtoll.known := pgtoll.know(relation);
BEGIN
  IF one.products && demo AND NOT one.exempt AND NOT pgtoll.own_product(one) THEN
    PERFORM pgtoll.refuse_hidden_rows(relation);
    IF one.relkind = 'r' THEN
      RETURN NEXT one;
    END IF;
  END IF;
  RETURN QUERY SELECT * FROM pgtoll.heirs(relation, demo);
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
  looks_back boolean := pgtoll.looks_back();
BEGIN
  IF cardinality(written) = 1 AND pg_stat_get_xact_tuples_inserted(written[1]) > 0
    AND NOT looks_back THEN
    -- What nearly every insert is: one table, no partition.
    one := pgtoll.know(written[1]);
    IF NOT one.inherits THEN
      RETURN CASE WHEN one.products && demo AND one.relkind = 'r' AND NOT one.exempt
        THEN ARRAY[one] ELSE '{}' END;
    END IF;
  END IF;
  blind := pgtoll.blind();
  FOREACH relation IN ARRAY written LOOP
    IF blind OR pg_stat_get_xact_tuples_inserted(relation) > 0 THEN
      IF looks_back THEN
        PERFORM pgtoll.refuse_outdated(pgtoll.line_of(relation));
      END IF;
      IF blind OR - relation::bigint <> ALL (demo) THEN
        found := found || ARRAY(SELECT c FROM pgtoll.counted(relation, demo) c);
      END IF;
    END IF;
    found := found || ARRAY(SELECT c FROM pgtoll.capped_by_name(relation, demo) c)
      || ARRAY(SELECT j FROM pgtoll.joined(relation, demo) j);
  END LOOP;
  RETURN coalesce((SELECT array_agg(DISTINCT f ORDER BY f) FROM unnest(found) f), '{}');
END
$$;

-- These tables, and the capped ones in schemas whose row this transaction has written and that a
-- product in demo mode names, in the order in which everybody locks them. What was capped before may
-- keep what it has (see pgtoll.renamed).
CREATE OR REPLACE FUNCTION pgtoll.with_moved(demo int[], tables pgtoll.known[])
RETURNS pgtoll.known[]
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  relation oid;
  found pgtoll.known[] := tables;
BEGIN
  FOR relation IN
    SELECT c.oid FROM pg_namespace n
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p')
    WHERE age(n.xmin) <= 0 AND EXISTS (
      SELECT FROM pgtoll.element e WHERE e.product = ANY (demo) AND e.in_schema <> '%'
        AND lower(n.nspname::text COLLATE "C") LIKE e.in_schema)
      AND NOT EXISTS (
        SELECT FROM pgtoll.pin p WHERE p.relation = c.oid AND p.product = ANY (demo))
  LOOP
    PERFORM pgtoll.refuse_hidden_rows(relation);
    found := found || ARRAY(SELECT k FROM pgtoll.counted(relation, demo) k)
      || ARRAY(SELECT h FROM pgtoll.heirs(relation, demo) h);
  END LOOP;
  RETURN coalesce((SELECT array_agg(DISTINCT f ORDER BY f) FROM unnest(found) f), '{}');
END
$$;

-- Whether this transaction has changed what a table is called, or where it is: it may be capped since
-- then, and others may have put rows into it, or into what is below it, that are not committed yet.
CREATE FUNCTION pgtoll.changed_here(relation oid) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM unnest(pgtoll.line_of(relation)) l (relid)
    JOIN pg_class c ON c.oid = l.relid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE age(c.xmin) <= 0 OR age(n.xmin) <= 0
      OR EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = l.relid AND age(i.xmin) <= 0));
END
$$;

-- Waits until nobody is filling tables that this transaction may have made capped ones, and keeps them
-- so: who fills them does not know of it yet, and holds no place in the ledger. Whoever is to commit
-- a prepared transaction may be the one who would wait.
CREATE FUNCTION pgtoll.hold_still(tables pgtoll.known[]) RETURNS void
LANGUAGE plpgsql VOLATILE SET lock_timeout = '2s' AS $$
DECLARE
  one pgtoll.known;
BEGIN
  FOREACH one IN ARRAY tables LOOP
    IF pgtoll.changed_here(one.relation) THEN
      EXECUTE format('LOCK TABLE %s %I.%I IN SHARE MODE',
        CASE one.relkind WHEN 'p' THEN '' ELSE 'ONLY' END, one.nspname, one.relname);
    END IF;
  END LOOP;
EXCEPTION
  WHEN insufficient_privilege THEN
    RETURN;  -- only a superuser may lock any table
  WHEN lock_not_available THEN
    RAISE EXCEPTION USING ERRCODE = 'lock_not_available',
      MESSAGE = 'the rows of a table that becomes limited cannot be counted yet',
      DETAIL = 'Another transaction is changing them.',
      HINT = 'Try again when it has ended; for prepared ones see pg_prepared_xacts.';
END
$$;

-- Holds the right to fill these tables until the transaction ends.
CREATE OR REPLACE FUNCTION pgtoll.lock_ledger(tables pgtoll.known[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  one pgtoll.known;
BEGIN
  -- pg_class, pg_inherits, pg_namespace: mostly none of them was written to.
  IF pg_stat_get_xact_tuples_updated(1259) > 0 OR pg_stat_get_xact_tuples_inserted(2611) > 0
    OR pg_stat_get_xact_tuples_updated(2615) > 0 OR pgtoll.blind() THEN
    PERFORM pgtoll.hold_still(tables);
  END IF;
  FOREACH one IN ARRAY tables LOOP
    UPDATE pgtoll.ledger l SET bump = l.bump + 1 WHERE l.relation = one.relation;
    IF NOT FOUND THEN
      INSERT INTO pgtoll.ledger AS l (relation, bump) VALUES (one.relation, 1)
      ON CONFLICT ON CONSTRAINT ledger_pkey DO UPDATE SET bump = l.bump + 1;
    END IF;
  END LOOP;
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
    -- Behind the count, for that has locked all that it reads against being rewritten.
    IF pgtoll.looks_back() THEN
      PERFORM pgtoll.refuse_outdated(one.relation
        || ARRAY(SELECT t.relid::oid FROM pg_partition_tree(one.relation) t));
    END IF;
  END LOOP;
END
$$;

-- Whether user's code may run on behalf of these tables when constraints are made immediate, or at
-- COMMIT: by a constraint trigger, by the expressions of a deferrable exclusion constraint, or by a
-- cast of the user's own with which a foreign key compares.
CREATE OR REPLACE FUNCTION pgtoll.defers(changed oid[]) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM pg_trigger t
    WHERE t.tgrelid = ANY (changed) AND t.tgdeferrable
      AND (NOT t.tgisinternal OR EXISTS (SELECT FROM pg_index i
        WHERE i.indexrelid = t.tgconstrindid AND t.tgfoid = 'unique_key_recheck'::regproc
          AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL))
        OR pgtoll.compares_by_own_cast(t.tgconstraint))
  );
END
$$;

-- Whether there is a cast by a function of a user's from the type of a column that a foreign key
-- compares, or from what that is a domain of.
CREATE FUNCTION pgtoll.compares_by_own_cast(foreign_key oid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT FROM pg_cast k WHERE k.castfunc >= 16384) AND EXISTS (
    WITH RECURSIVE compared (typid) AS (
      SELECT a.atttypid FROM pg_constraint c JOIN pg_attribute a
        ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
        OR a.attrelid = c.confrelid AND a.attnum = ANY (c.confkey)
      WHERE c.oid = foreign_key AND c.contype = 'f'
      UNION
      SELECT t.typbasetype FROM compared d JOIN pg_type t ON t.oid = d.typid
      WHERE t.typbasetype <> 0
    )
    SELECT FROM compared d JOIN pg_cast k ON k.castsource = d.typid AND k.castfunc >= 16384
  );
END
$$;

REVOKE ALL ON FUNCTION pgtoll.looks_back() FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.overtaken(xid) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.outdated(oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.refuse_outdated(oid[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.line_of(oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.heirs(oid, int[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.capped_by_name(oid, int[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.refuse_hidden_rows(oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.joined_heirs(oid, int[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.changed_here(oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.hold_still(pgtoll.known[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.compares_by_own_cast(oid) FROM PUBLIC;
