-- CVE class: start-up settings reaching our own SQL. Has its search path in force from the start of the next session.
-- wants: fill
-- attack:
CREATE FUNCTION public.pg_stat_get_xact_tuples_inserted(oid) RETURNS bigint
  LANGUAGE sql AS 'SELECT 0::bigint';
ALTER ROLE mallory SET search_path = public, pg_catalog;
-- session: second
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
