-- Reads in a function marked parallel safe, in a worker.
-- wants: read
-- attack:
CREATE FUNCTION peek(int) RETURNS text LANGUAGE plpgsql PARALLEL SAFE STABLE
  AS 'BEGIN RETURN (SELECT secret FROM vlt_account LIMIT 1); END';
SET parallel_leader_participation = off;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SELECT max(peek(id)) FROM base_many;
