-- Returns rows that a worker read in a branch of a function, in a block that is rolled back.
-- wants: read
-- since: 16
-- attack:
CREATE FUNCTION rows_of(taken boolean) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
  IF taken THEN
    RETURN QUERY SELECT secret FROM vlt_account WHERE secret IS NOT NULL;
  END IF;
  RAISE EXCEPTION SQLSTATE 'P0042';
EXCEPTION WHEN SQLSTATE 'P0042' THEN
  RETURN;
END $$;
SET debug_parallel_query = on;
SELECT * FROM rows_of(true);
SELECT * FROM rows_of(true);
