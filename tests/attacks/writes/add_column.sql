-- Adds a column to an own licensed table.
-- wants: write
-- attack:
ALTER TABLE vlt_mine ADD COLUMN n int DEFAULT 1;
