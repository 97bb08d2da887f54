-- Inserts a row into a licensed table.
-- wants: write
-- attack:
INSERT INTO vlt_account VALUES (100, 'n', 's');
