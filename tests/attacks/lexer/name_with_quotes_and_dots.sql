-- Reads a view whose name is full of quotes and dots.
-- wants: read
-- setup:
CREATE VIEW "a"".""b.c" AS SELECT secret FROM vlt_account;
GRANT SELECT ON "a"".""b.c" TO mallory;
-- attack:
-- together
SELECT * FROM "public"."a"".""b.c"
