-- Reads through a foreign table that leads back to the same server.
-- wants: read
-- setup:
CALL open_ways_out();
-- attack:
SELECT secret FROM far_account;
