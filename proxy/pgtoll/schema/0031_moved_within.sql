-- Rows that have only moved are new to a capped table all the same, if they come from beside it: it may
-- be a partition of an open one.

-- Whether rows of other tables have moved into this one: what it is a partition of was changed. Among
-- the numbers below zero (see pgtoll.proven) are tables whose rows have moved, and all below them.
CREATE FUNCTION pgtoll.moved_into(one pgtoll.known, demo int[]) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT FROM pg_inherits i
    WHERE i.inhrelid = one.relation AND - i.inhparent::bigint = ANY (demo));
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

REVOKE ALL ON FUNCTION pgtoll.moved_into(pgtoll.known, int[]) FROM PUBLIC;

-- Whether this transaction has changed what a table is called, or where it is: it may be capped since
-- then, and others may have put rows into it, or into what is below it, that are not committed yet.
-- A new name is one of its row type, too; what else is written of a table changes nothing of that.
CREATE OR REPLACE FUNCTION pgtoll.changed_here(relation oid) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM unnest(pgtoll.line_of(relation)) l (relid)
    JOIN pg_class c ON c.oid = l.relid JOIN pg_type t ON t.oid = c.reltype
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE age(c.xmin) <= 0 AND age(t.xmin) <= 0 OR age(n.xmin) <= 0
      OR EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = l.relid AND age(i.xmin) <= 0));
END
$$;
