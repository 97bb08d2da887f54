-- Imports a foreign table that leads back and reads it.
-- wants: read
-- setup:
CALL open_ways_out();
-- attack:
CREATE SCHEMA den;
IMPORT FOREIGN SCHEMA public LIMIT TO (vlt_account) FROM SERVER loopback INTO den;
SELECT secret FROM den.vlt_account;
