-- Inserts by another connection of the server's own.
-- wants: fill
-- setup:
CALL open_ways_out();
-- attack:
SELECT dblink_exec('host=127.0.0.1 user=porter password=porter port=' || inet_server_port() || ' dbname=' || current_database(),
  'INSERT INTO dmo_nearly SELECT n FROM generate_series(1001, 1006) n');
