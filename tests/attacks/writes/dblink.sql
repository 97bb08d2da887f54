-- Writes by another connection to the same server.
-- wants: write
-- setup:
CALL open_ways_out();
-- attack:
SELECT dblink_exec(format('host=127.0.0.1 port=%s dbname=%s user=porter password=porter',
  current_setting('port'), current_database()), 'DELETE FROM vlt_note');
