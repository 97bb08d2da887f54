-- Inserts through a foreign table, named at run time.
-- wants: fill
-- setup:
CALL open_ways_out();
-- attack:
DO $$ BEGIN EXECUTE 'INSERT INTO far' || '_nearly SELECT n, ''x'' FROM generate_series(1001, 1006) n'; END $$;
