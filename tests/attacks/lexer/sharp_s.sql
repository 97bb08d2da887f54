-- Reads a view whose name others fold to that of an open table.
-- wants: read
-- setup:
CREATE TABLE strasse (id int);
GRANT SELECT ON strasse TO mallory;
CREATE VIEW "straẞe" AS SELECT secret FROM vlt_account;
GRANT SELECT ON "straẞe" TO mallory;
-- attack:
-- together
SELECT * FROM straẞe
