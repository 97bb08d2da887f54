-- Code that the server's own upkeep runs, in no session: a text that is put together at run time may
-- not leave any behind either. What reading has proven is not looked at again.

-- The words of a text or of a name, in lower case.
CREATE FUNCTION pgtoll.words_of(written text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN array_remove(regexp_split_to_array(lower(written), '[^[:alnum:]_$]+'), '');
END
$$;

-- The user's code that indexes, statistics and range types run, and whatever those bodies mention by
-- name. A body kept as a tree has no text, but is bound to what it calls: to have it written out
-- would lock its tables, and the account would show them. Only superusers make compiled code.
CREATE FUNCTION pgtoll.upkeep_code() RETURNS TABLE (function oid, words text[])
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN QUERY
    WITH RECURSIVE own AS MATERIALIZED (
      SELECT p.oid, pgtoll.words_of(p.proname::text) AS name,
        pgtoll.words_of(p.prosrc) AS body
      FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
      WHERE p.oid >= 16384 AND l.lanname NOT IN ('c', 'internal')
    ), run (oid) AS (
      SELECT coalesce(o.oprcode::oid, d.refobjid) FROM pg_depend d
      LEFT JOIN pg_operator o ON d.refclassid = 'pg_operator'::regclass AND o.oid = d.refobjid
      WHERE d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass)
        AND (d.classid = 'pg_statistic_ext'::regclass OR d.classid = 'pg_class'::regclass
          AND EXISTS (SELECT FROM pg_index i WHERE i.indexrelid = d.objid))
      UNION
      SELECT f FROM pg_range r, unnest(ARRAY[r.rngcanonical::oid, r.rngsubdiff::oid]) f
    ), reached (oid, body) AS (
      SELECT o.oid, o.body FROM own o JOIN run r ON r.oid = o.oid
      UNION
      SELECT o.oid, o.body FROM reached r JOIN own o ON o.name <@ r.body OR EXISTS (
        SELECT FROM pg_depend d LEFT JOIN pg_operator op
          ON d.refclassid = 'pg_operator'::regclass AND op.oid = d.refobjid
        WHERE d.classid = 'pg_proc'::regclass AND d.objid = r.oid
          AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass)
          AND coalesce(op.oprcode::oid, d.refobjid) = o.oid)
    )
    SELECT r.oid, r.body FROM reached r;
END
$$;

-- Whether this transaction has made, or replaced, anything that upkeep runs by its name. The row of
-- the catalog is then as young as the transaction. Operators and casts have no name to look for.
CREATE FUNCTION pgtoll.leaves_code() RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  kept oid[];
BEGIN
  IF EXISTS (SELECT FROM pg_depend d WHERE age(d.xmin) <= 0 AND d.refobjid >= 16384
    AND d.refclassid = 'pg_type'::regclass AND (d.classid = 'pg_statistic_ext'::regclass
      OR d.classid = 'pg_class'::regclass
        AND EXISTS (SELECT FROM pg_index i WHERE i.indexrelid = d.objid))) THEN
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

-- Whether an index, or statistics, call a function that is not PostgreSQL's own.
CREATE FUNCTION pgtoll.runs_own(object oid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT FROM pg_depend d WHERE d.objid = object AND d.refobjid >= 16384
    AND d.classid IN ('pg_class'::regclass, 'pg_statistic_ext'::regclass)
    AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass));
END
$$;

-- Refuses what unread code has left to upkeep. Says nothing where no such catalog was written to:
-- pg_type, pg_proc, pg_cast, pg_constraint, pg_index, pg_operator, pg_statistic_ext, pg_range.
CREATE FUNCTION pgtoll.refuse_kept(lacked int[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF cardinality(lacked) = 0 OR NOT EXISTS (
    SELECT FROM unnest('{1247,1255,2605,2606,2610,2617,3381,3541}'::oid[]) c
    WHERE pg_stat_get_xact_tuples_inserted(c) > 0 OR pg_stat_get_xact_tuples_updated(c) > 0) THEN
    RETURN;
  END IF;
  IF pgtoll.leaves_code() THEN
    PERFORM pg_stat_force_next_flush();
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
      MESSAGE = 'what an index, statistics or a range type run may not be changed by unread code',
      DETAIL = 'The server runs it again whenever it keeps those up, in no session.',
      HINT = 'Make the function, and then the index, in statements of their own.';
  END IF;
END
$$;

-- The witness behind a statement that before_watch went before.
CREATE OR REPLACE FUNCTION pgtoll.watched(cap int, demo int[], lacked int[], final boolean)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET stats_fetch_consistency = none
AS $$
DECLARE
  context text;
  altered boolean;
BEGIN
  GET DIAGNOSTICS context = PG_CONTEXT;
  PERFORM pgtoll.refuse_callers(context);
  altered := pgtoll.witness(cap, demo, lacked, final);
  IF pgtoll.sees_workers() AND cardinality(lacked) > 0 THEN
    PERFORM pgtoll.refuse_workers(lacked, current_setting('backtrace_functions'));
    IF altered IS NOT NULL THEN
      PERFORM set_config('backtrace_functions', '', true);
    END IF;
  END IF;
  -- Last, for it takes time, in which others may move the counts of what is lacked.
  PERFORM pgtoll.refuse_kept(lacked);
  RETURN altered;
END
$$;

-- The second half of settle: nothing may have changed since, and nothing more be read.
CREATE OR REPLACE FUNCTION pgtoll.settled(
  before bigint, since text, cap int, demo int[], lacked int[]
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET stats_fetch_consistency = none
AS $$
BEGIN
  IF since LIKE 'pgtoll%' THEN
    PERFORM pgtoll.refuse_workers(lacked, since);
  END IF;
  PERFORM pgtoll.refuse_kept(lacked);
  RETURN pgtoll.settled(before, cap, demo, lacked);
END
$$;

REVOKE ALL ON FUNCTION pgtoll.words_of(text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.upkeep_code() FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.leaves_code() FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.runs_own(oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.refuse_kept(int[]) FROM PUBLIC;
