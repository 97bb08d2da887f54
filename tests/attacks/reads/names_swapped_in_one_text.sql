-- Swaps the names and reads, all in one text.
-- wants: read
-- attack:
-- together
ALTER TABLE vlt_mine RENAME TO between; ALTER TABLE mallory_own RENAME TO vlt_mine; ALTER TABLE between RENAME TO mallory_own; SELECT secret FROM mallory_own;
