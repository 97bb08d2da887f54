-- Writes through a foreign table that leads back.
-- wants: write
-- setup:
CALL open_ways_out();
-- attack:
UPDATE far_account SET secret = 'x';
