-- Changes the encoding in a text that was read in the old one.
-- wants: read
-- attack:
-- together
SET client_encoding = 'GBK'; SELECT '本\', secret FROM vlt_account --'
