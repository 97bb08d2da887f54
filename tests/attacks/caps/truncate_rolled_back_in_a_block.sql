-- Inserts, truncates in a part of the block that fails, and keeps what was inserted.
-- wants: fill
-- attack:
DO $$ BEGIN
  INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1001, 1006) n;
  BEGIN
    TRUNCATE dmo_mine;
    RAISE EXCEPTION 'back';
  EXCEPTION WHEN raise_exception THEN NULL;
  END;
END $$;
