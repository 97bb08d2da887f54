-- Gives an own table another meaning while a statement waits for that table itself.
-- wants: read
-- attack:
-- session: first
BEGIN;
DROP TABLE mallory_own;
CREATE VIEW mallory_own AS SELECT read_any('SELECT secret FROM vlt_account') AS v;
-- session: reader
-- without waiting
SELECT v FROM mallory_own;
-- session: first
SELECT pg_sleep(0.3);
COMMIT;
