-- Closes a comment that nests only once.
-- wants: read
-- attack:
-- together
SELECT id /* /* */ , secret FROM customer -- */ , (SELECT max(secret) FROM vlt_account)
FROM customer LIMIT 1
