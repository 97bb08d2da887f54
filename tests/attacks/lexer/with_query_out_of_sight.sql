-- Names a WITH query like a table, in a place from where it cannot be seen.
-- wants: read
-- attack:
-- together
SELECT (WITH vlt_account AS (SELECT 1) SELECT 1), secret FROM vlt_account
