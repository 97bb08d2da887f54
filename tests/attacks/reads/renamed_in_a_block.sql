-- Renames an own licensed table inside a DO block.
-- wants: read
-- attack:
DO $$ BEGIN EXECUTE 'ALTER TABLE vlt_mine RENAME TO loot'; END $$;
SELECT secret FROM loot;
