-- Writes a name in an encoding in which its bytes mean something else.
-- wants: read
-- setup:
CREATE VIEW "itemГ©" AS SELECT secret FROM vlt_account;
GRANT SELECT ON "itemГ©" TO mallory;
CREATE TABLE itemé (id int);
GRANT SELECT ON itemé TO mallory;
-- attack:
SET client_encoding = 'WIN1251';
-- together
SELECT * FROM itemé
