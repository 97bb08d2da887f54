-- Lets a rule on an own table write.
-- wants: write
-- attack:
CREATE RULE r AS ON INSERT TO mallory_own DO ALSO UPDATE vlt_account SET secret = NEW.v;
INSERT INTO mallory_own VALUES (100, 'x');
