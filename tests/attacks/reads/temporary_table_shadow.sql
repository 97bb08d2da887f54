-- Copies into a temporary table that hides an open one.
-- wants: read
-- attack:
CREATE TEMP TABLE item (secret text);
INSERT INTO item SELECT secret FROM vlt_account;
SELECT * FROM item;
