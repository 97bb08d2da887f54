-- Makes a view of its own and reads it.
-- wants: read
-- attack:
CREATE VIEW loot AS SELECT secret FROM vlt_account;
SELECT * FROM loot;
