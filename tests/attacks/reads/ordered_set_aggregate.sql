-- Reads by an ordered-set aggregate.
-- wants: read
-- attack:
SELECT mode() WITHIN GROUP (ORDER BY secret) FROM vlt_account;
