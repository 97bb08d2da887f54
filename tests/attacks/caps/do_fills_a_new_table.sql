-- Makes a table of the capped product in a block, and fills it there.
-- wants: fill
-- attack:
DO $$ BEGIN
  CREATE TABLE dmo_another (id int);
  INSERT INTO dmo_another SELECT g FROM generate_series(1, 1100) g;
END $$;
