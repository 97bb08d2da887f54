-- A partition that is being emptied is locked against everybody, and counting its table reads all of
-- its partitions. Two transactions that each empty one and fill it again (pg_restore --jobs does) would
-- wait for each other. So they queue up before that, for the place that they need afterwards.

-- Takes the places of tables, by their oids, in the ledger. Not where emptying them would fail or wait
-- only because of us: a snapshot may be older than the last who had the place, who only reads fills
-- nothing, and who is prepared may be waiting for this session to be committed.
CREATE FUNCTION pgtoll.queue_up(demo int[], emptied bigint[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT pgtoll.looks_back() AND current_setting('transaction_read_only') = 'off'
    AND NOT EXISTS (SELECT FROM pg_lock_status() l
      WHERE l.relation = 'pgtoll.ledger'::regclass AND l.pid IS NULL) THEN
    PERFORM pgtoll.lock_ledger(ARRAY(SELECT DISTINCT c
      FROM unnest(emptied) e (relation), pgtoll.counted(e.relation::oid, demo) c ORDER BY c));
  END IF;
END
$$;
GRANT EXECUTE ON FUNCTION pgtoll.queue_up(int[], bigint[]) TO PUBLIC;
