-- Reads a view whose name others fold to that of an open table.
-- wants: read
-- setup:
CREATE TABLE book (id int);
GRANT SELECT ON book TO mallory;
CREATE VIEW "booK" AS SELECT secret FROM vlt_account;
GRANT SELECT ON "booK" TO mallory;
-- attack:
-- together
SELECT * FROM booK
