-- Sorts by the secret.
-- wants: read
-- shows: item
-- attack:
SELECT title FROM item i ORDER BY (SELECT secret FROM vlt_account a WHERE a.id = i.id) LIMIT 1;
