-- Hides the name in an inner scope and reads it in the outer.
-- wants: read
-- attack:
SELECT secret FROM (WITH vlt_account AS (SELECT 1) SELECT 1 AS one) x, vlt_account;
