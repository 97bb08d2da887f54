-- Inserts by the extended protocol.
-- wants: write
-- attack:
-- extended
INSERT INTO vlt_account VALUES (100, 'n', 's');
