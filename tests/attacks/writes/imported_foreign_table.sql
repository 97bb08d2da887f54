-- Imports a foreign table that leads back.
-- wants: write
-- setup:
CALL open_ways_out();
-- attack:
CREATE SCHEMA den;
IMPORT FOREIGN SCHEMA public LIMIT TO (vlt_note) FROM SERVER loopback INTO den;
DELETE FROM den.vlt_note;
