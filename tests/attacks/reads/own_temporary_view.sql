-- Makes a temporary view of its own and reads it.
-- wants: read
-- attack:
CREATE TEMP VIEW loot AS SELECT secret FROM account_names;
SELECT * FROM loot;
