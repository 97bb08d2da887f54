-- Drops an own licensed table.
-- wants: write
-- attack:
DROP TABLE vlt_mine;
