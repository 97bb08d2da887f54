-- Lets a rule on an own table return the secrets.
-- wants: read
-- attack:
CREATE RULE r AS ON UPDATE TO mallory_own DO INSTEAD SELECT secret FROM vlt_account;
UPDATE mallory_own SET v = 1;
