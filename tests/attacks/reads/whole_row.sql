-- Reads the row as one value.
-- wants: read
-- attack:
SELECT a FROM vlt_account a;
