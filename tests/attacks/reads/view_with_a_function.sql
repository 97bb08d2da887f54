-- Reads a view whose function runs a text.
-- wants: read
-- attack:
CREATE VIEW loot AS SELECT read_any('SELECT secret FROM vlt_account') AS s;
SELECT * FROM loot;
