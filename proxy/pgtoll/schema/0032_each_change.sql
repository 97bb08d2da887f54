-- A table that is emptied counts for nothing any more, as if nobody had changed it: so what a last
-- trigger has changed is not to be weighed against that.

-- What the transaction has changed in tables that it still holds: a number that is another after every
-- event that a deferred trigger could wait for. A table with such an event cannot be emptied.
CREATE OR REPLACE FUNCTION pgtoll.changes() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT coalesce(hashtextextended(string_agg(format('%s %s %s %s', c.relation,
      c.inserted, c.updated, c.deleted), ',' ORDER BY c.relation), 0), 0)
    FROM (
      SELECT l.relation, pg_stat_get_xact_tuples_inserted(l.relation) AS inserted,
        pg_stat_get_xact_tuples_updated(l.relation) AS updated,
        pg_stat_get_xact_tuples_deleted(l.relation) AS deleted
      FROM (SELECT DISTINCT l.relation FROM pg_lock_status() l
        WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.relation >= 16384
          AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')) l
    ) c
    WHERE c.inserted + c.updated + c.deleted > 0
  );
END
$$;
