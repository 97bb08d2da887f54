-- Reads a view over a foreign table that leads back.
-- wants: read
-- setup:
CALL open_ways_out();
-- attack:
CREATE VIEW v AS SELECT secret FROM far_account;
SELECT * FROM v;
