-- Renames an own licensed table and reads it by the new name.
-- wants: read
-- attack:
ALTER TABLE vlt_mine RENAME TO loot;
SELECT secret FROM loot;
