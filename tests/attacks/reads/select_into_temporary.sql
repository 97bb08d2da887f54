-- Makes a temporary table of the secrets.
-- wants: read
-- attack:
SELECT secret INTO TEMP loot FROM vlt_account;
SELECT * FROM loot;
