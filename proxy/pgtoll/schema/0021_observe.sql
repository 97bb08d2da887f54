-- What is recorded where nothing is refused: all that the witness would refuse, also what it says of
-- statements that were proven, of work at the end of a transaction, of code that was not read.

-- A refusal of the witness's as the proxy is told of it: an object with rule, schema, table, product
-- and cap; or with rule "unsure", sqlstate, message, detail and hint, for what has no such names.
CREATE FUNCTION pgtoll.told(
  code text, in_schema text, in_table text, product text, cap int, said text, hint text
) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF code NOT LIKE 'TOLL%' THEN
    RETURN json_build_object('rule', 'unsure', 'sqlstate', code, 'message', said,
      'detail', product, 'hint', hint);
  END IF;
  RETURN json_build_object('rule', CASE code WHEN 'TOLL1' THEN 'cap' ELSE 'watch' END,
    'schema', in_schema, 'table', in_table, 'product', product, 'cap', cap);
END
$$;

-- What the witness would refuse now; NULL when nothing. Locks nothing, writes nothing, and raises
-- nothing: what else goes wrong in here counts as nothing, and so does a cancel or timeout that comes
-- once it has begun. `noted` says that pgtoll.note went before something that ran unread.
CREATE FUNCTION pgtoll.account(cap int, demo int[], lacked int[], noted boolean) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
SET stats_fetch_consistency = none
AS $$
DECLARE
  serializable boolean := current_setting('transaction_isolation') = 'serializable';
  code text;
  in_schema text;
  in_table text;
  product text;
  said text;
  hint text;
BEGIN
  PERFORM pgtoll.witness(cap, CASE WHEN serializable THEN '{}' ELSE demo END, lacked, false);
  IF noted AND cardinality(lacked) > 0 THEN
    PERFORM pgtoll.refuse_hidden(lacked, current_setting('backtrace_functions'));
  END IF;
  RETURN CASE WHEN serializable THEN pgtoll.believed_full(cap, demo) END;
EXCEPTION
  WHEN SQLSTATE 'TOLL1' OR SQLSTATE 'TOLL2' OR insufficient_privilege OR serialization_failure THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, in_schema = SCHEMA_NAME,
      in_table = TABLE_NAME, product = PG_EXCEPTION_DETAIL, said = MESSAGE_TEXT,
      hint = PG_EXCEPTION_HINT;
    RETURN pgtoll.told(code, in_schema, in_table, product, cap, said, hint);
  WHEN OTHERS OR query_canceled OR assert_failure THEN
    RETURN NULL;
END
$$;

-- Refuses what unread code has done since its counts were noted that locks do not show.
CREATE FUNCTION pgtoll.refuse_hidden(lacked int[], since text) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF since LIKE 'pgtoll%' THEN
    IF pgtoll.sees_workers() THEN
      PERFORM pgtoll.refuse_workers(lacked, since);
    END IF;
    PERFORM pgtoll.refuse_statistics(since);
  END IF;
  PERFORM pgtoll.refuse_kept(lacked);
END
$$;

-- What pgtoll.before_watch does, for those who refuse nothing. `ahead` is for a transaction of its own
-- before that of the statement: some statements have to be the first in theirs. What was noted for
-- another statement is noted anew.
CREATE FUNCTION pgtoll.note(lacked int[], ahead boolean) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET stats_fetch_consistency = none
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  context text;
BEGIN
  GET DIAGNOSTICS context = PG_CONTEXT;
  IF pgtoll.sees_all() AND strpos(context, chr(10)) = 0 THEN
    PERFORM pgtoll.throw_out_statistics();
    PERFORM set_config('backtrace_functions', format('pgtoll_%s_%s_%s_%s_%s',
      pgtoll.blocks_of(lacked), pgtoll.microseconds(), pgtoll.worker_reads(),
      pgtoll.views_as_they_are(), pgtoll.statistics_fetched()), NOT ahead);
  END IF;
EXCEPTION WHEN OTHERS THEN
  RETURN;
END
$$;

-- The account behind a commit, which may have run deferred triggers and held cursors: its locks are
-- gone, its counts are not yet. So it is behind COMMIT PREPARED, which brings the counts of what it
-- commits. Nobody is waited for, so a table that another session has locked counts as not full.
CREATE FUNCTION pgtoll.account_committed(cap int, demo int[], lacked int[]) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '1ms'
AS $$
DECLARE
  written oid[] := (SELECT array_agg(c.oid) FROM pg_class c WHERE c.oid >= 16384
    AND c.relkind = 'r' AND pg_stat_get_xact_tuples_inserted(c.oid) > 0);
  code text;
  in_schema text;
  in_table text;
  product text;
BEGIN
  IF cardinality(lacked) > 0 THEN
    PERFORM pgtoll.watch(lacked, '{}');
  END IF;
  IF written IS NULL OR current_setting('transaction_isolation') = 'serializable' THEN
    RETURN NULL;  -- a count could make other transactions fail
  END IF;
  PERFORM pgtoll.check_cap(cap, demo, pgtoll.filled(demo, written));
  RETURN NULL;
EXCEPTION
  WHEN SQLSTATE 'TOLL1' OR SQLSTATE 'TOLL2' THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, in_schema = SCHEMA_NAME,
      in_table = TABLE_NAME, product = PG_EXCEPTION_DETAIL;
    RETURN pgtoll.told(code, in_schema, in_table, product, cap, '', '');
  WHEN OTHERS OR query_canceled OR assert_failure THEN
    RETURN NULL;
END
$$;

-- The account, where DDL has come into force since the count was `counted` (see pgtoll.steady), or,
-- `committed`, that behind a commit. This is called for nearly every statement of a user who lacks
-- something: every name in it has its schema.
CREATE FUNCTION pgtoll.glance(
  counted bigint, running bigint[], cap int, demo int[], lacked int[], committed boolean
) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
  IF pgtoll.steady(counted, running) IS NOT NULL THEN
    RETURN NULL;
  ELSIF committed THEN
    RETURN pgtoll.account_committed(cap, demo, lacked);
  END IF;
  RETURN pgtoll.account(cap, demo, lacked, false);
END
$$;

-- The account of rows before a commit, where no count will tell of them behind it (see pgtoll.blind).
CREATE FUNCTION pgtoll.glance_at_rows(cap int, demo int[]) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
BEGIN
  IF pg_catalog.current_setting('track_counts') OPERATOR(pg_catalog.=) 'on'
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_parameter_acl) THEN
    RETURN NULL;
  END IF;
  RETURN pgtoll.account(cap, demo, '{}', false);
END
$$;

DROP FUNCTION pgtoll.account(int, int[], int[]);
DROP FUNCTION pgtoll.account_committed(int, int[]);
REVOKE ALL ON FUNCTION pgtoll.told(text, text, text, text, int, text, text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.refuse_hidden(int[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pgtoll.account(int, int[], int[], boolean) TO PUBLIC;
GRANT EXECUTE ON FUNCTION pgtoll.account_committed(int, int[], int[]) TO PUBLIC;
GRANT EXECUTE ON FUNCTION pgtoll.note(int[], boolean) TO PUBLIC;
GRANT EXECUTE ON FUNCTION pgtoll.glance(bigint, bigint[], int, int[], int[], boolean) TO PUBLIC;
GRANT EXECUTE ON FUNCTION pgtoll.glance_at_rows(int, int[]) TO PUBLIC;
