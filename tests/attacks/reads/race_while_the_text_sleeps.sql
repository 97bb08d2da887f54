-- Gives an own table another meaning while a text that names it later still sleeps.
-- wants: read
-- attack:
-- session: reader
-- without waiting
-- together
SELECT pg_sleep(1); SELECT v FROM mallory_own;
-- apart
-- session: first
SELECT pg_sleep(0.2);
BEGIN;
DROP TABLE mallory_own;
CREATE VIEW mallory_own AS SELECT read_any('SELECT secret FROM vlt_account') AS v;
COMMIT;
SELECT pg_sleep(1);
