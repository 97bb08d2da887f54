-- Learns an existing key by the error of another row.
-- wants: read
-- shows: account 1
-- attack:
INSERT INTO vlt_account VALUES (100, 'account 1', 's');
