-- Casts to a domain whose check tells the secret in an error.
-- wants: read
-- attack:
SELECT 99::account_id;
