-- What is capped by a name that it has been given, or by a place it has been put in, is counted too.

-- The capped tables that have got rows because this transaction has made a relation a partition or a
-- child: the row of pg_inherits is then as young as the transaction. A partition brings its rows to
-- what is above it; a child, and what is below it, is capped from now on if it is by its parent.
CREATE OR REPLACE FUNCTION pgtoll.joined(relation oid, demo int[]) RETURNS SETOF pgtoll.known
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  parent oid;
  heir oid;
  one pgtoll.known := pgtoll.know(relation);
BEGIN
  IF one.relkind IN ('i', 'I') THEN
    RETURN;  -- an index of a partition is one itself, of an index, and has no rows
  END IF;
  FOR parent IN
    SELECT i.inhparent FROM pg_partition_ancestors(relation) a
    JOIN pg_inherits i ON i.inhrelid = a.relid WHERE age(i.xmin) <= 0
  LOOP
    IF pgtoll.rows_up_to(1, one) > 0 THEN
      RETURN QUERY SELECT * FROM pgtoll.counted(parent, demo);
    END IF;
  END LOOP;
  FOR heir IN
    WITH RECURSIVE below (relid) AS (
      SELECT i.inhrelid FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhrelid = relation AND NOT c.relispartition AND age(i.xmin) <= 0
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
-- with base in demo mode nothing else was uncapped.
CREATE FUNCTION pgtoll.renamed(relation oid, demo int[]) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  pins int[];
BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_class c JOIN pg_type t ON t.oid = c.reltype
    WHERE c.oid = relation AND NOT c.relispartition AND age(c.xmin) <= 0 AND age(t.xmin) <= 0
  ) THEN
    RETURN false;
  END IF;
  pins := (SELECT array_agg(p.product) FROM pgtoll.pin p WHERE p.relation = renamed.relation);
  RETURN NOT coalesce(pins, '{0}') && demo;
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
    IF blind OR pg_stat_get_xact_tuples_inserted(relation) > 0 OR pgtoll.renamed(relation, demo) THEN
      found := found || ARRAY(SELECT c FROM pgtoll.counted(relation, demo) c);
    END IF;
    found := found || ARRAY(SELECT j FROM pgtoll.joined(relation, demo) j);
  END LOOP;
  RETURN coalesce((SELECT array_agg(DISTINCT f ORDER BY f) FROM unnest(found) f), '{}');
END
$$;

REVOKE ALL ON FUNCTION pgtoll.joined(oid, int[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.renamed(oid, int[]) FROM PUBLIC;
