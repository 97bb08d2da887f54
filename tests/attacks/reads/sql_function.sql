-- Calls an SQL function that reads.
-- wants: read
-- attack:
SELECT account_secret(1);
