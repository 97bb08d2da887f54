-- Gives the table another name in the block, and reads it by that.
-- wants: read
-- attack:
DO $$ BEGIN
  ALTER TABLE vlt_mine RENAME TO open_now;
  RAISE NOTICE '%', (SELECT secret FROM open_now LIMIT 1);
END $$;
