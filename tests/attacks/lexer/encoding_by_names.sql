-- Changes the encoding by SET NAMES.
-- wants: read
-- attack:
SET NAMES 'GBK';
-- together
SELECT E'本\', secret FROM vlt_account --'
