-- The witness for those who only look on: it says what would be refused, and refuses nothing.

-- The rows that the server believes a table to have, partitions included. Unlike a count it reads
-- none of them, which in a serializable transaction could make others fail.
CREATE FUNCTION pgtoll.rows_believed(relation oid) RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN (
    SELECT coalesce(sum(pg_stat_get_live_tuples(t.relid)
      + pg_stat_get_xact_tuples_inserted(t.relid) - pg_stat_get_xact_tuples_deleted(t.relid)), 0)
    FROM (SELECT relation UNION SELECT p.relid FROM pg_partition_tree(relation) p) t (relid)
  );
END
$$;

-- The first table in demo mode that has more rows than the cap, by what the server believes.
CREATE FUNCTION pgtoll.believed_full(cap int, demo int[]) RETURNS json
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  one pgtoll.known;
  written oid[] := (SELECT array_agg(DISTINCT l.relation) FROM pg_locks l
    WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.relation >= 16384);
BEGIN
  FOREACH one IN ARRAY pgtoll.filled(demo, coalesce(written, '{}')) LOOP
    IF pgtoll.rows_believed(one.relation) > cap THEN
      RETURN json_build_object('rule', 'cap', 'schema', one.nspname, 'table', one.relname,
        'product', pgtoll.code_among(one.products, demo), 'cap', cap);
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;

-- What the witness would refuse now, as an object with rule ("cap" or "watch"), schema, table,
-- product and cap; NULL when nothing. Locks nothing, writes nothing, and raises nothing: what goes
-- wrong in here counts as nothing, and so does a cancel or timeout that comes once it has begun.
CREATE FUNCTION pgtoll.account(cap int, demo int[], lacked int[]) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  serializable boolean := current_setting('transaction_isolation') = 'serializable';
  code text;
  in_schema text;
  in_table text;
  product text;
BEGIN
  PERFORM pgtoll.witness(cap, CASE WHEN serializable THEN '{}' ELSE demo END, lacked, false);
  RETURN CASE WHEN serializable THEN pgtoll.believed_full(cap, demo) END;
EXCEPTION
  WHEN SQLSTATE 'TOLL1' OR SQLSTATE 'TOLL2' THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, in_schema = SCHEMA_NAME,
      in_table = TABLE_NAME, product = PG_EXCEPTION_DETAIL;
    RETURN json_build_object('rule', CASE code WHEN 'TOLL1' THEN 'cap' ELSE 'watch' END,
      'schema', in_schema, 'table', in_table, 'product', product, 'cap', cap);
  WHEN OTHERS OR query_canceled OR assert_failure THEN
    RETURN NULL;
END
$$;

-- The same behind a commit, which may have run deferred triggers: its locks are gone, its counts are
-- not yet. Nobody is waited for, so a table that another session has locked counts as not full.
CREATE FUNCTION pgtoll.account_committed(cap int, demo int[]) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '1ms'
AS $$
DECLARE
  written oid[] := (SELECT array_agg(c.oid) FROM pg_class c WHERE c.oid >= 16384
    AND c.relkind = 'r' AND pg_stat_get_xact_tuples_inserted(c.oid) > 0);
  in_schema text;
  in_table text;
  product text;
BEGIN
  IF written IS NULL OR current_setting('transaction_isolation') = 'serializable' THEN
    RETURN NULL;  -- a count could make other transactions fail
  END IF;
  PERFORM pgtoll.check_cap(cap, demo, pgtoll.filled(demo, written));
  RETURN NULL;
EXCEPTION
  WHEN SQLSTATE 'TOLL1' THEN
    GET STACKED DIAGNOSTICS in_schema = SCHEMA_NAME, in_table = TABLE_NAME,
      product = PG_EXCEPTION_DETAIL;
    RETURN json_build_object('rule', 'cap', 'schema', in_schema, 'table', in_table,
      'product', product, 'cap', cap);
  WHEN OTHERS OR query_canceled OR assert_failure THEN
    RETURN NULL;
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA pgtoll FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pgtoll.witness(int, int[], int[], boolean) TO PUBLIC;
GRANT EXECUTE ON FUNCTION pgtoll.account(int, int[], int[]) TO PUBLIC;
GRANT EXECUTE ON FUNCTION pgtoll.account_committed(int, int[]) TO PUBLIC;
