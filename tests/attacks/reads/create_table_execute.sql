-- Makes a table of a prepared statement.
-- wants: read
-- attack:
PREPARE p AS SELECT secret FROM vlt_account;
CREATE TABLE loot AS EXECUTE p;
SELECT * FROM loot;
