-- Lets the planner work out the check of a table, which reads, to see whether it has to be read.
-- wants: read
-- attack:
CREATE FUNCTION least_of(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
  BEGIN RAISE NOTICE '%', (SELECT max(secret) FROM public.vlt_account); RETURN $1; END $$;
CREATE TABLE bounded (n int CHECK (n > least_of(1)));
SET constraint_exclusion = on;
SELECT n FROM bounded WHERE n < 1;
