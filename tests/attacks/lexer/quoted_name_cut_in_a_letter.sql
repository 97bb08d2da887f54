-- Writes a quoted name that is cut before a letter of four bytes.
-- wants: read
-- setup:
CREATE VIEW mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm AS SELECT secret FROM vlt_account;
GRANT SELECT ON mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm TO mallory;
-- attack:
-- together
SELECT * FROM "mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm𝔽_and_more"
