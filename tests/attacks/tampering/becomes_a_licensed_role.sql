-- Takes the role of a licensed user.
-- wants: read
-- setup:
GRANT alice TO mallory;
-- attack:
SET ROLE alice;
SELECT secret FROM vlt_account;
