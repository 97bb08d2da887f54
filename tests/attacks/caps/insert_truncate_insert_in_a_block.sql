-- Inserts, truncates in a part that succeeds, and inserts again.
-- wants: fill
-- attack:
DO $$ BEGIN
  INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1001, 1003) n;
  BEGIN TRUNCATE dmo_mine; EXCEPTION WHEN others THEN NULL; END;
  INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1, 1001) n;
END $$;
