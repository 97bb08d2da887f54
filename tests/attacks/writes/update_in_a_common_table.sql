-- Updates inside a WITH query.
-- wants: write
-- attack:
WITH u AS (UPDATE vlt_account SET amount = 1 RETURNING 1) SELECT count(*) FROM u;
