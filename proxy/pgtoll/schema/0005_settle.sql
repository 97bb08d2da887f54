-- The last check of a transaction: cheaper, sure that nothing deferred follows it, and never
-- waiting for a transaction that waits for it.

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

-- settle, settled and changes are for everybody: they only say no, or how much there is.
REVOKE ALL ON FUNCTION pgtoll.lock_ledger_of_prepared(pgtoll.known[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.defers(oid[]) FROM PUBLIC;
