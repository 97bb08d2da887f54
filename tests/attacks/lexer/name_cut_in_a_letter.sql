-- Writes a name that is cut before a letter of two bytes.
-- wants: read
-- setup:
CREATE VIEW mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm AS SELECT secret FROM vlt_account;
GRANT SELECT ON mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm TO mallory;
-- attack:
-- together
SELECT * FROM mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmé
