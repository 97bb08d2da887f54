-- Carries the secrets to a table of its own.
-- wants: read
-- attack:
INSERT INTO mallory_own SELECT id + 100, secret FROM vlt_account;
SELECT v FROM mallory_own;
