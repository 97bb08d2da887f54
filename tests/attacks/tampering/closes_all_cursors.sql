-- Closes every cursor before and after.
-- wants: read
-- attack:
BEGIN;
SELECT read_any('SELECT secret FROM vlt_account');
CLOSE ALL;
COMMIT;
