-- Changes the encoding, and changes it back by a rollback.
-- wants: read
-- attack:
BEGIN;
SET LOCAL client_encoding = 'GBK';
ROLLBACK;
-- together
SELECT '本\', secret FROM vlt_account --'
