-- Tells the witness' counters apart by a search path of the attacker's own.
-- wants: fill
-- attack:
CREATE FUNCTION public.pg_stat_get_xact_tuples_inserted(oid) RETURNS bigint
  LANGUAGE sql AS 'SELECT 0::bigint';
SET search_path = public, pg_catalog;
INSERT INTO dmo_nearly SELECT n FROM generate_series(1001, 1006) n;
