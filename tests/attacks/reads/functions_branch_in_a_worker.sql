-- Has a worker read in a branch of a function that is read, in a block that is rolled back.
-- wants: read
-- since: 16
-- attack:
CREATE FUNCTION by_branch(taken boolean) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  IF taken THEN
    PERFORM secret::int FROM vlt_account WHERE secret IS NOT NULL;
  END IF;
  RETURN '';
EXCEPTION WHEN invalid_text_representation THEN
  RETURN SQLERRM;
END $$;
SET debug_parallel_query = on;
SELECT by_branch(true);
SELECT by_branch(true);
-- extended
SELECT by_branch(true);
SELECT by_branch(true);
