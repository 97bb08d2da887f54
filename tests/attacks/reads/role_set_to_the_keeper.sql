-- Takes on the role that owns everything, and reads what was made for that role.
-- wants: read
-- setup:
GRANT keeper TO mallory;
-- attack:
SET ROLE keeper;
SELECT secret FROM vlt_account;
SELECT account_unseen(1);
RESET ROLE;
