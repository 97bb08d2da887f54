-- Gives an own table another meaning while a statement of the extended protocol waits for it.
-- wants: read
-- attack:
-- session: first
BEGIN;
DROP TABLE mallory_own;
CREATE VIEW mallory_own AS SELECT read_any('SELECT secret FROM vlt_account') AS v;
-- session: reader
-- without waiting
-- extended
SELECT v FROM mallory_own;
-- simple
-- session: first
SELECT pg_sleep(0.3);
COMMIT;
