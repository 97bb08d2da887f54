-- Imports foreign tables, and inserts into one.
-- wants: fill
-- proof: SELECT count(*) > 1000 FROM public.dmo_nearly
-- setup:
CALL open_ways_out();
-- attack:
CREATE SCHEMA far;
IMPORT FOREIGN SCHEMA public LIMIT TO (dmo_nearly) FROM SERVER loopback INTO far;
INSERT INTO far.dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
