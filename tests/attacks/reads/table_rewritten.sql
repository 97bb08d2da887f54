-- Changes the type of a column and reads the rewritten table by a new name.
-- wants: read
-- attack:
ALTER TABLE vlt_mine ALTER secret TYPE varchar, ADD COLUMN n int;
ALTER TABLE vlt_mine RENAME TO loot;
SELECT secret FROM loot;
