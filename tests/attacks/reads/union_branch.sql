-- Reads in the second branch of a UNION.
-- wants: read
-- attack:
SELECT title FROM item UNION SELECT secret FROM vlt_account;
