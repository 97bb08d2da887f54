-- Changes rows of a licensed table by a key's action, made in a DO block.
-- wants: write
-- attack:
DO $$ BEGIN EXECUTE 'ALTER TABLE vlt_mine ADD CONSTRAINT k FOREIGN KEY (id) REFERENCES mallory_own ON UPDATE CASCADE'; END $$;
UPDATE mallory_own SET id = id + 10;
