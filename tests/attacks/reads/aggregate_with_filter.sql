-- Reads by an aggregate with FILTER.
-- wants: read
-- attack:
SELECT string_agg(secret, ',' ORDER BY id) FILTER (WHERE id < 5) FROM vlt_account;
