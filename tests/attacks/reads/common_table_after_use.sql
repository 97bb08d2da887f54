-- Reads in a query before the one that has its name.
-- wants: read
-- attack:
WITH a AS (SELECT secret FROM vlt_account), vlt_account AS (SELECT 1) SELECT * FROM a;
