-- What names mean may change between the moment a statement is judged and the moment it runs: it may
-- wait for a lock meanwhile. So DDL is counted where everybody sees the count at once, and whoever
-- was judged under an older count is checked by the full account.

-- Grows with all DDL, whether it is committed or not. No transaction undoes that, and no snapshot
-- hides it. Who has moved it holds a lock on it up to the end of the transaction: that is how DDL in
-- progress is told from DDL that is over.
CREATE SEQUENCE pgtoll.ddl_count;
SELECT pg_catalog.setval('pgtoll.ddl_count', 1);  -- else the first step would not show
REVOKE ALL ON pgtoll.ddl_count FROM PUBLIC;

-- Which steps of it were DDL that came into force: these rows are committed with it. The proxies
-- forget old ones.
CREATE TABLE pgtoll.ddl (counted bigint PRIMARY KEY);
REVOKE ALL ON pgtoll.ddl FROM PUBLIC;

-- Whether the command that has just ended did more than change temporary tables, which only their
-- own session sees. Temporary functions and types can be a part of what everybody sees.
CREATE FUNCTION pgtoll.lasting_ddl(event text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF event = 'sql_drop' THEN
    RETURN EXISTS (SELECT FROM pg_event_trigger_dropped_objects() d WHERE NOT d.is_temporary);
  END IF;
  RETURN EXISTS (SELECT FROM pg_event_trigger_ddl_commands() d
    WHERE d.schema_name IS DISTINCT FROM 'pg_temp' OR d.classid <> 'pg_class'::regclass);
EXCEPTION WHEN OTHERS THEN
  RETURN true;  -- what cannot be told is counted
END
$$;

-- Never lets anybody's DDL fail for want of being noticed: a proxy that is not told looks by itself.
-- But it is counted first, outside of any part that could be rolled back and leave it uncounted. A
-- transaction that has notified cannot be prepared, so where transactions can be prepared nobody is
-- told.
CREATE OR REPLACE FUNCTION pgtoll.notice_ddl() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT pgtoll.lasting_ddl(TG_EVENT) THEN
    RETURN;
  END IF;
  INSERT INTO pgtoll.ddl (counted) VALUES (nextval('pgtoll.ddl_count')) ON CONFLICT DO NOTHING;
  IF current_setting('max_prepared_transactions')::int = 0 THEN
    PERFORM pgtoll.tell_ddl();
  END IF;
EXCEPTION WHEN invalid_schema_name OR undefined_function OR undefined_table THEN
  RETURN;  -- schema pgtoll has just been given another name: nobody goes by it any more
END
$$;

CREATE FUNCTION pgtoll.tell_ddl() RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_notify('pgtoll', 'catalog');
EXCEPTION WHEN OTHERS THEN
  RETURN;
END
$$;

-- Also where session_replication_role is replica.
CREATE OR REPLACE FUNCTION pgtoll.listen_to_ddl() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_event_trigger t WHERE t.evtname = 'pgtoll_ddl_end') THEN
    CREATE EVENT TRIGGER pgtoll_ddl_end ON ddl_command_end EXECUTE FUNCTION pgtoll.notice_ddl();
  END IF;
  IF NOT EXISTS (SELECT FROM pg_event_trigger t WHERE t.evtname = 'pgtoll_sql_drop') THEN
    CREATE EVENT TRIGGER pgtoll_sql_drop ON sql_drop EXECUTE FUNCTION pgtoll.notice_ddl();
  END IF;
  ALTER EVENT TRIGGER pgtoll_ddl_end ENABLE ALWAYS;
  ALTER EVENT TRIGGER pgtoll_sql_drop ENABLE ALWAYS;
END
$$;

-- Says false when no DDL has come into force since the count was `counted` and only the transactions
-- in `running` were changing the catalog; NULL when some may have: pgtoll.unsteady then has the full
-- account. An old snapshot does not show what came into force since. This is called for nearly every
-- statement of a user who lacks something, so it has no settings of its own, which would cost more
-- than all the rest: every name in it has its schema.
CREATE FUNCTION pgtoll.steady(counted bigint, running bigint[]) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
  one pg_catalog.int8;
  now pg_catalog.int8 := (SELECT c.last_value FROM pgtoll.ddl_count c);
BEGIN
  IF now OPERATOR(pg_catalog.<>) counted AND (
    now OPERATOR(pg_catalog.-) counted OPERATOR(pg_catalog.>) 5000
    OR pg_catalog.current_setting('transaction_isolation') OPERATOR(pg_catalog.<>) 'read committed'
    OR EXISTS (SELECT FROM pgtoll.ddl d WHERE d.counted OPERATOR(pg_catalog.>) steady.counted))
  THEN
    RETURN NULL;
  END IF;
  FOREACH one IN ARRAY running LOOP
    IF pg_catalog.pg_xact_status(one::pg_catalog.text::pg_catalog.xid8)
      OPERATOR(pg_catalog.=) 'committed'::pg_catalog.text THEN
      RETURN NULL;
    END IF;
  END LOOP;
  RETURN false;
END
$$;

-- The account behind statements that were proven when they were judged, when DDL has come in between.
-- Deferred triggers that are there only since then run here, as the client. `strict` is for a database
-- in which code can reach tables where no account shows it. There is no operator and no bare name in
-- here for the client's search path to give another meaning.
CREATE FUNCTION pgtoll.unsteady(
  cap int, demo int[], lacked int[], final boolean, strict boolean
) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF strict THEN
    RAISE EXCEPTION USING ERRCODE = 'serialization_failure',
      MESSAGE = 'the catalog has changed since this statement was judged',
      DETAIL = 'In this database, what a statement touches cannot always be checked behind it.',
      HINT = 'Try again.';
  END IF;
  IF final THEN
    BEGIN
      SET CONSTRAINTS ALL IMMEDIATE;
    EXCEPTION WHEN OTHERS THEN
      RAISE EXCEPTION USING ERRCODE = 'serialization_failure',
        MESSAGE = 'a deferred trigger failed, and the catalog has changed meanwhile',
        DETAIL = 'What it said may hold what this user has no license for.',
        HINT = 'Try again.';
    END;
  END IF;
  RETURN COALESCE(
    pgtoll.witness(cap, demo, lacked, final), pgtoll.settle(cap, demo, lacked));
END
$$;

REVOKE ALL ON FUNCTION pgtoll.lasting_ddl(text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.tell_ddl() FROM PUBLIC;
