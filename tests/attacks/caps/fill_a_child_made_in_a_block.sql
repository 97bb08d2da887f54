-- Makes and fills a child in one block.
-- wants: fill
-- attack:
DO $$ BEGIN
  CREATE TABLE kid () INHERITS (dmo_mine);
  INSERT INTO kid SELECT n, 'x' FROM generate_series(1, 1001) n;
END $$;
