-- Inserts through a foreign table that leads back.
-- wants: fill
-- setup:
CALL open_ways_out();
-- attack:
INSERT INTO far_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
