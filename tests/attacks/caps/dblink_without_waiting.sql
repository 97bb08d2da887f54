-- Sends an insert by another connection, and does not wait for it.
-- wants: fill
-- setup:
CALL open_ways_out();
-- attack:
SELECT dblink_connect('c', 'host=127.0.0.1 user=porter password=porter port=' || inet_server_port() || ' dbname=' || current_database());
SELECT dblink_send_query('c', 'INSERT INTO dmo_nearly SELECT n FROM generate_series(1001, 1006) n');
SELECT * FROM dblink_get_result('c') AS r (t text);
