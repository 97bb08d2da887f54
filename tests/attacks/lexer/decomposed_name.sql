-- Reads a view whose name is that of an open table in another Unicode form.
-- wants: read
-- setup:
CREATE TABLE café (id int);
GRANT SELECT ON café TO mallory;
CREATE VIEW "café" AS SELECT secret FROM vlt_account;
GRANT SELECT ON "café" TO mallory;
-- attack:
-- together
SELECT * FROM café
