-- Tell the proxies of DDL at once. Only a superuser may create event triggers; without them the
-- proxies look for changes themselves, every other second.

-- Never lets anybody's DDL fail: a proxy that is not told looks by itself. A transaction that has
-- notified cannot be prepared, so where transactions can be prepared nobody is told.
CREATE FUNCTION pgtoll.notice_ddl() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF current_setting('max_prepared_transactions')::int > 0 THEN
    RETURN;
  END IF;
  IF TG_EVENT = 'sql_drop' THEN
    PERFORM FROM pg_event_trigger_dropped_objects() d WHERE NOT d.is_temporary;
  ELSE
    PERFORM FROM pg_event_trigger_ddl_commands() d WHERE d.schema_name IS DISTINCT FROM 'pg_temp';
  END IF;
  IF FOUND THEN
    PERFORM pg_notify('pgtoll', 'catalog');
  END IF;
EXCEPTION WHEN OTHERS THEN
  RETURN;
END
$$;

CREATE FUNCTION pgtoll.listen_to_ddl() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_event_trigger t WHERE t.evtname = 'pgtoll_ddl_end') THEN
    CREATE EVENT TRIGGER pgtoll_ddl_end ON ddl_command_end EXECUTE FUNCTION pgtoll.notice_ddl();
  END IF;
  IF NOT EXISTS (SELECT FROM pg_event_trigger t WHERE t.evtname = 'pgtoll_sql_drop') THEN
    CREATE EVENT TRIGGER pgtoll_sql_drop ON sql_drop EXECUTE FUNCTION pgtoll.notice_ddl();
  END IF;
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA pgtoll FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pgtoll.witness(int, int[], int[], boolean) TO PUBLIC;
