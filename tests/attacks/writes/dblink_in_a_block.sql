-- Writes by another connection inside a DO block, by a name put together.
-- wants: write
-- setup:
CALL open_ways_out();
-- attack:
DO $$ BEGIN EXECUTE 'SELECT dblink' || format('_exec(%L, %L)', format(
  'host=127.0.0.1 port=%s dbname=%s user=porter password=porter', current_setting('port'),
  current_database()), 'DELETE FROM vlt_note'); END $$;
