-- Reads by RETURNING old.
-- wants: read
-- since: 18
-- attack:
UPDATE vlt_account SET secret = 'x' RETURNING old.secret;
