-- Reads a sample of all rows.
-- wants: read
-- attack:
SELECT secret FROM vlt_account TABLESAMPLE SYSTEM (100);
