-- Makes a schema with a capped table in it, and fills that in one block.
-- wants: fill
-- attack:
DO $$ BEGIN
  CREATE SCHEMA made CREATE TABLE dmo_made (n int);
  INSERT INTO made.dmo_made SELECT generate_series(1, 1001);
END $$;
