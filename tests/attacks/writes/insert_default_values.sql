-- Inserts a row of defaults.
-- wants: write
-- attack:
INSERT INTO vlt_parent DEFAULT VALUES;
