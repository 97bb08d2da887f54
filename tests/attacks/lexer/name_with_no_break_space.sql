-- Reads a view whose name is that of an open table and a no-break space.
-- wants: read
-- setup:
CREATE VIEW "item " AS SELECT secret FROM vlt_account;
GRANT SELECT ON "item " TO mallory;
-- attack:
-- together
SELECT * FROM item 
