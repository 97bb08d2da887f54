-- Reads into an array.
-- wants: read
-- attack:
SELECT ARRAY(SELECT secret FROM vlt_account);
