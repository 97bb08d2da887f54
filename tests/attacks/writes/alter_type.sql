-- Rewrites a column of an own licensed table.
-- wants: write
-- attack:
ALTER TABLE vlt_mine ALTER secret TYPE text USING 'x';
