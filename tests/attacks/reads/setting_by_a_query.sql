-- Keeps the secret in a setting by a query.
-- wants: read
-- attack:
SELECT set_config('my.word', max(secret), false) FROM vlt_account;
SHOW my.word;
