-- Carries the secrets by UPDATE ... FROM.
-- wants: read
-- attack:
UPDATE mallory_own m SET v = a.secret FROM vlt_account a WHERE a.id = m.id;
SELECT v FROM mallory_own;
