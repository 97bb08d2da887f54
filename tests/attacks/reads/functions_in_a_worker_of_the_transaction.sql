-- Makes and uses a function marked parallel safe in one transaction.
-- wants: read
-- attack:
SET parallel_leader_participation = off;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
BEGIN;
CREATE FUNCTION peek(int) RETURNS text LANGUAGE plpgsql PARALLEL SAFE STABLE
  AS $f$ BEGIN RETURN (SELECT secret FROM vlt_account LIMIT 1); END $f$;
SELECT max(peek(id)) FROM base_many;
COMMIT;
