-- Who only observes is not to be blamed for what others read at the same time. A parallel worker can
-- have read only for a function that this transaction has made or marked: for those that were there
-- before, text made at run time is not left to an account.

-- Whether this transaction has written a function, for good or not, that may be more than one of
-- those which no worker runs.
CREATE FUNCTION pgtoll.marked() RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN pg_stat_get_xact_tuples_inserted(1255) + pg_stat_get_xact_tuples_updated(1255)
      + pg_stat_get_xact_tuples_deleted(1255)
    > (SELECT count(*) FROM pg_proc p WHERE age(p.xmin) <= 0 AND p.proparallel <> 's');
END
$$;

CREATE OR REPLACE FUNCTION pgtoll.refuse_hidden(lacked int[], since text) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF since LIKE 'pgtoll%' THEN
    IF pgtoll.sees_workers() AND pgtoll.marked() THEN
      PERFORM pgtoll.refuse_workers(lacked, since);
    END IF;
    PERFORM pgtoll.refuse_statistics(since);
  END IF;
  PERFORM pgtoll.refuse_kept(lacked);
END
$$;

REVOKE ALL ON FUNCTION pgtoll.marked() FROM PUBLIC;
