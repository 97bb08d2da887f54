-- Drops a licensed table in a transaction, reads the memory of it, and rolls back.
-- wants: read
-- attack:
BEGIN;
CREATE TEMP TABLE kept AS SELECT secret FROM vlt_mine;
DROP TABLE vlt_mine;
CREATE TABLE vlt_mine (id int, secret text);
SELECT * FROM kept;
ROLLBACK;
