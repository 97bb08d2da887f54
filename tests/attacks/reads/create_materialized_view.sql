-- Makes a materialized view of the secrets.
-- wants: read
-- attack:
CREATE MATERIALIZED VIEW loot AS SELECT secret FROM vlt_account;
SELECT * FROM loot;
