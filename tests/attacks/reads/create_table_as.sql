-- Makes a table of the secrets.
-- wants: read
-- attack:
CREATE TABLE loot AS SELECT secret FROM vlt_account;
SELECT * FROM loot;
