-- Reads a row by its place.
-- wants: read
-- attack:
SELECT secret FROM vlt_account WHERE ctid = '(0,1)';
