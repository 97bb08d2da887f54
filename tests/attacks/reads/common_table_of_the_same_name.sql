-- Gives a WITH query the name of the table that it reads.
-- wants: read
-- attack:
WITH vlt_account AS (SELECT * FROM vlt_account) SELECT secret FROM vlt_account;
