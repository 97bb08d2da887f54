-- CVE class: start-up settings reaching our own SQL. the database has a search path in which own functions and operators come first.
-- wants: fill
-- setup:
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = early, pg_catalog, public', current_database()); END $$;
-- attack:
CREATE SCHEMA early;
CREATE FUNCTION early.pg_stat_get_xact_tuples_inserted(oid) RETURNS bigint
  LANGUAGE sql AS 'SELECT 0::bigint';
CREATE FUNCTION early.never(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR early.> (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = early.never);
CREATE FUNCTION early.pg_backend_pid() RETURNS int LANGUAGE sql AS 'SELECT 0';
-- session: second
INSERT INTO public.dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n
