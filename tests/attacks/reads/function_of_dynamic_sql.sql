-- Calls a function that puts its text together.
-- wants: read
-- attack:
SELECT account_unseen(1);
