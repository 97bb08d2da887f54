-- Reads all columns of a licensed table.
-- wants: read
-- attack:
SELECT * FROM vlt_account;
