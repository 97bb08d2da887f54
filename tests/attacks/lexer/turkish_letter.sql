-- Reads a view whose name some locales fold to that of an open table.
-- wants: read
-- setup:
CREATE VIEW "İtem" AS SELECT secret FROM vlt_account;
GRANT SELECT ON "İtem" TO mallory;
-- attack:
-- together
SELECT * FROM İtem
