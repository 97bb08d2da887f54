-- Makes a foreign table that leads back and writes through it at once.
-- wants: write
-- setup:
CALL open_ways_out();
-- attack:
BEGIN;
CREATE FOREIGN TABLE far (id int, body text) SERVER loopback OPTIONS (table_name 'vlt_note');
DELETE FROM far;
COMMIT;
