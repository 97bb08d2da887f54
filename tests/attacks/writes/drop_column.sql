-- Drops a column of an own licensed table.
-- wants: write
-- attack:
ALTER TABLE vlt_mine DROP COLUMN secret;
