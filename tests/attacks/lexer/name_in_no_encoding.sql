-- Turns conversion off, and reads a view named beyond ASCII.
-- wants: read
-- setup:
CREATE VIEW itemé AS SELECT secret FROM vlt_account;
GRANT SELECT ON itemé TO mallory;
-- attack:
SET client_encoding = 'SQL_ASCII';
-- together
SELECT * FROM itemé
