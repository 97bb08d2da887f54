-- The watch sees what was dropped after it was read, and does not let a foreign table speak for the
-- tables behind it.

-- The products of a locked relation that is in no catalog any more, by its pins: its lock is the
-- only trace that reading it and dropping it has left.
CREATE FUNCTION pgtoll.refuse_gone(lacked int[], locked oid[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  gone oid;
  pinned int[];
BEGIN
  SELECT p.relation, array_agg(p.product) INTO gone, pinned FROM pgtoll.pin p
  WHERE p.relation = ANY (locked) AND p.product = ANY (lacked)
    AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = p.relation)
  GROUP BY p.relation LIMIT 1;
  IF gone IS NOT NULL THEN
    PERFORM pg_stat_force_next_flush();
    RAISE EXCEPTION USING ERRCODE = 'TOLL2', MESSAGE = 'watch', SCHEMA = '',
      TABLE = gone::text, DETAIL = pgtoll.code_among(pinned, lacked);
  END IF;
END
$$;

-- Refuses what the transaction did when a relation that it touched is of a product in `lacked`. What
-- a foreign table leads to is on another connection, and in nobody's account.
CREATE OR REPLACE FUNCTION pgtoll.watch(lacked int[], locked oid[]) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  relation oid;
  seen pgtoll.known;
BEGIN
  PERFORM pgtoll.refuse_gone(lacked, locked);
  FOREACH relation IN ARRAY coalesce(pgtoll.touched(locked), '{}') LOOP
    seen := pgtoll.know(relation);
    IF seen.relkind = 'f' THEN
      seen.products := lacked;
    END IF;
    IF seen.products && lacked THEN
      -- Else the counts of what is undone here would stand against what the session does next.
      PERFORM pg_stat_force_next_flush();
      RAISE EXCEPTION USING ERRCODE = 'TOLL2', MESSAGE = 'watch', SCHEMA = seen.nspname,
        TABLE = seen.relname, DETAIL = pgtoll.code_among(seen.products, lacked);
    END IF;
  END LOOP;
END
$$;

REVOKE ALL ON FUNCTION pgtoll.refuse_gone(int[], oid[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.watch(int[], oid[]) FROM PUBLIC;
