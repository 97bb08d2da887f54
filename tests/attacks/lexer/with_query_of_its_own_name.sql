-- Names a WITH query like the table that it reads.
-- wants: read
-- attack:
-- together
WITH vlt_account AS (SELECT * FROM vlt_account) SELECT * FROM vlt_account
