-- Makes a parent of a licensed table in the block, and reads it by that.
-- wants: read
-- attack:
DO $$ BEGIN
  CREATE TABLE above (id int NOT NULL, secret text);
  INSERT INTO vlt_mine VALUES (4711, 'top-secret-4711') ON CONFLICT DO NOTHING;
  ALTER TABLE vlt_mine INHERIT above;
  RAISE NOTICE '%', (SELECT max(secret) FROM above);
END $$;
