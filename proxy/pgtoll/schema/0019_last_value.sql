-- Whoever changes the catalog is not to find that a sequence of ours is what lastval() speaks of, as
-- it is after nextval(). So the count is moved by setval(), of which lastval() takes no notice.

-- Nobody's rows: its lock says whose turn it is to move the count.
CREATE TABLE pgtoll.turn ();
REVOKE ALL ON pgtoll.turn FROM PUBLIC;

-- Moves the count by one and returns it, as nextval() would. One at a time, for reading and setting
-- it are two things. A rolled back part of a transaction lets its locks go, so that nobody's DDL
-- waits for another's, but undoes no setval(); and the lock of the sequence itself belongs to the
-- whole transaction.
CREATE FUNCTION pgtoll.count_ddl() RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET lock_timeout = 0 AS $$
DECLARE
  counted bigint;
BEGIN
  BEGIN
    LOCK TABLE pgtoll.turn IN SHARE ROW EXCLUSIVE MODE;
    counted := setval('pgtoll.ddl_count', (SELECT c.last_value + 1 FROM pgtoll.ddl_count c));
    RAISE SQLSTATE 'TOLL3';
  EXCEPTION WHEN SQLSTATE 'TOLL3' THEN
    RETURN counted;
  END;
END
$$;
REVOKE ALL ON FUNCTION pgtoll.count_ddl() FROM PUBLIC;

CREATE OR REPLACE FUNCTION pgtoll.notice_ddl() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT pgtoll.lasting_ddl(TG_EVENT) THEN
    RETURN;
  END IF;
  INSERT INTO pgtoll.ddl (counted) VALUES (pgtoll.count_ddl()) ON CONFLICT DO NOTHING;
  IF current_setting('max_prepared_transactions')::int = 0 THEN
    PERFORM pgtoll.tell_ddl();
  END IF;
EXCEPTION WHEN invalid_schema_name OR undefined_function OR undefined_table THEN
  RETURN;  -- schema pgtoll has just been given another name: nobody goes by it any more
END
$$;

-- Nothing in them could not run in a parallel worker.
ALTER FUNCTION pgtoll.words_of(text) PARALLEL SAFE;
