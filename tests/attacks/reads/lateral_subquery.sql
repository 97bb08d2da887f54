-- Reads in a lateral subquery.
-- wants: read
-- attack:
SELECT s.secret FROM item i, LATERAL (SELECT secret FROM vlt_account a WHERE a.id = i.id) s;
