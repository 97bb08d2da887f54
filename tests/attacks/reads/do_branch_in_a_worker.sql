-- Has a worker read in a branch of a DO block, in a part of it that is rolled back.
-- wants: read
-- since: 16
-- attack:
SET debug_parallel_query = on;
-- repeat: 1..3
DO $$
BEGIN
  IF {n} > 0 THEN
    PERFORM secret::int FROM vlt_account WHERE secret IS NOT NULL;
  END IF;
EXCEPTION WHEN invalid_text_representation THEN
  RAISE NOTICE '%', SQLERRM;
END $$;
