-- Deletes rows of a licensed table by the cascade of an own one.
-- wants: write
-- attack:
ALTER TABLE vlt_mine ADD CONSTRAINT k FOREIGN KEY (id) REFERENCES mallory_own ON DELETE CASCADE;
DELETE FROM mallory_own;
