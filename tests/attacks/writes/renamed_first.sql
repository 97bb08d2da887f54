-- Renames an own licensed table and writes under the new name.
-- wants: write
-- attack:
ALTER TABLE vlt_mine RENAME TO loot;
UPDATE loot SET secret = 'x';
