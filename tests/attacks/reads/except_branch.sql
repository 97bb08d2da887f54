-- Reads by what EXCEPT leaves.
-- wants: read
-- attack:
SELECT secret FROM vlt_account EXCEPT SELECT title FROM item;
