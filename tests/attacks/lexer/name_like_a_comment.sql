-- Reads a view whose name looks like a comment.
-- wants: read
-- setup:
CREATE VIEW "/*" AS SELECT secret FROM vlt_account;
GRANT SELECT ON "/*" TO mallory;
-- attack:
-- together
SELECT * FROM "/*" -- */
