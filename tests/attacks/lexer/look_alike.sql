-- Reads a view whose name looks like that of an open table: a Cyrillic letter.
-- wants: read
-- setup:
CREATE VIEW "itеm" AS SELECT secret FROM vlt_account;
GRANT SELECT ON "itеm" TO mallory;
-- attack:
-- together
SELECT * FROM itеm
