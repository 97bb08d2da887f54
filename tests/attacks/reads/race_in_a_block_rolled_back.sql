-- Gives an own table another meaning while a block waits for it that is rolled back in the same text.
-- wants: read
-- attack:
-- session: first
BEGIN;
DROP TABLE mallory_own;
CREATE VIEW mallory_own AS SELECT read_any('SELECT secret FROM vlt_account') AS v;
-- session: reader
-- without waiting
-- together
BEGIN; SELECT v FROM mallory_own; ROLLBACK;
-- apart
-- session: first
SELECT pg_sleep(0.3);
COMMIT;
