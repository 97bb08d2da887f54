-- Drops the table and makes it again in a block.
-- wants: fill
-- attack:
DO $$ BEGIN
  DROP TABLE dmo_mine;
  CREATE TABLE dmo_mine (id int, v text);
  INSERT INTO dmo_mine SELECT n FROM generate_series(1, 1001) n;
END $$;
