-- Reads in a WITH query.
-- wants: read
-- attack:
WITH s AS (SELECT secret FROM vlt_account) SELECT * FROM s;
