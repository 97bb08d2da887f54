-- An index on a table of a queue compares with a constant of an enum. What unread code may not leave
-- to upkeep is code; making a value of such a type runs none of a user's.

-- Whether no value of a type is made by a user's code: types that only a superuser makes, enums, and
-- arrays of them. A domain has checks, a composite type may have one in it, and a range its functions.
CREATE FUNCTION pgtoll.plain_type(type oid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  element oid;
  kind "char";
BEGIN
  SELECT t.typelem, t.typtype INTO element, kind FROM pg_type t WHERE t.oid = type;
  IF kind = 'b' AND element >= 16384 THEN
    RETURN pgtoll.plain_type(element);
  END IF;
  RETURN coalesce(kind IN ('b', 'e'), false);
END
$$;

-- Whether this transaction has made an index, or statistics, with a type in it whose values a user's
-- code may make.
CREATE FUNCTION pgtoll.leaves_type() RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN EXISTS (SELECT FROM pg_depend d WHERE age(d.xmin) <= 0 AND d.refobjid >= 16384
    AND d.refclassid = 'pg_type'::regclass AND NOT pgtoll.plain_type(d.refobjid)
    AND (d.classid = 'pg_statistic_ext'::regclass
      OR d.classid = 'pg_class'::regclass
        AND EXISTS (SELECT FROM pg_index i WHERE i.indexrelid = d.objid)));
END
$$;

-- Whether this transaction has made, or replaced, anything that upkeep runs by its name. The row of
-- the catalog is then as young as the transaction. Operators and casts have no name to look for.
CREATE OR REPLACE FUNCTION pgtoll.leaves_code() RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  kept oid[];
BEGIN
  IF pgtoll.leaves_type() THEN
    RETURN true;
  END IF;
  kept := ARRAY(SELECT c.function FROM pgtoll.upkeep_code() c);
  IF cardinality(kept) = 0 THEN
    RETURN false;
  END IF;
  RETURN EXISTS (SELECT FROM pg_proc p WHERE p.oid = ANY (kept) AND age(p.xmin) <= 0)
    OR EXISTS (SELECT FROM pg_index i WHERE age(i.xmin) <= 0
      AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL) AND pgtoll.runs_own(i.indexrelid))
    OR EXISTS (SELECT FROM pg_statistic_ext s WHERE age(s.xmin) <= 0
      AND s.stxexprs IS NOT NULL AND pgtoll.runs_own(s.oid))
    OR EXISTS (SELECT FROM pg_range r WHERE age(r.xmin) <= 0
      AND (r.rngsubdiff::oid = ANY (kept) OR r.rngcanonical::oid = ANY (kept)))
    OR EXISTS (SELECT FROM pg_operator o WHERE age(o.xmin) <= 0)
    OR EXISTS (SELECT FROM pg_cast c JOIN pg_proc p ON p.oid = c.castfunc
      JOIN pg_language l ON l.oid = p.prolang
      WHERE age(c.xmin) <= 0 AND l.lanname NOT IN ('c', 'internal'))
    OR EXISTS (SELECT FROM pg_constraint k JOIN pg_type t ON t.oid = k.contypid
      JOIN pgtoll.upkeep_code() c ON pgtoll.words_of(t.typname::text) <@ c.words
      WHERE age(k.xmin) <= 0 AND EXISTS (SELECT FROM pg_depend d
        WHERE d.classid = 'pg_constraint'::regclass AND d.objid = k.oid AND d.refobjid >= 16384
          AND d.refobjid <> k.contypid));
END
$$;

REVOKE ALL ON FUNCTION pgtoll.plain_type(oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.leaves_type() FROM PUBLIC;
