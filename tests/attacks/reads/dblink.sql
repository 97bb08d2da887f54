-- Reads by another connection to the same server.
-- wants: read
-- setup:
CALL open_ways_out();
-- attack:
SELECT * FROM dblink(format('host=127.0.0.1 port=%s dbname=%s user=porter password=porter',
  current_setting('port'), current_database()), 'SELECT secret FROM vlt_account') AS t (s text);
