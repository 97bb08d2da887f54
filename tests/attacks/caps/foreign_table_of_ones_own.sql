-- Makes a foreign table that leads back, and inserts into it in one block.
-- wants: fill
-- setup:
CALL open_ways_out();
-- attack:
DO $$ BEGIN
  CREATE FOREIGN TABLE far (id int, v text) SERVER loopback OPTIONS (schema_name 'public', table_name 'dmo_nearly');
  INSERT INTO far SELECT n, 'x' FROM generate_series(1001, 1006) n;
END $$;
