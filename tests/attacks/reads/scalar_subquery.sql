-- Reads in a subquery among the columns.
-- wants: read
-- attack:
SELECT (SELECT secret FROM vlt_account WHERE id = i.id) FROM item i;
