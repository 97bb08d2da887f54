-- Speaks LATIN1, in which the second byte of a letter is a blank in Unicode.
-- wants: read
-- setup:
CREATE VIEW "itemÂ " AS SELECT secret FROM vlt_account;
GRANT SELECT ON "itemÂ " TO mallory;
-- attack:
SET client_encoding = 'LATIN1';
-- together
SELECT * FROM item 
