-- Reads through a window function.
-- wants: read
-- attack:
SELECT first_value(secret) OVER (ORDER BY id) FROM vlt_account;
