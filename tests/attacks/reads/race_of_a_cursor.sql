-- Gives an own table another meaning while a cursor is declared for it, and fetches.
-- wants: read
-- attack:
-- session: first
BEGIN;
DROP TABLE mallory_own;
CREATE VIEW mallory_own AS SELECT read_any('SELECT secret FROM vlt_account') AS v;
-- session: reader
-- without waiting
BEGIN;
DECLARE c CURSOR FOR SELECT v FROM mallory_own;
FETCH c;
COMMIT;
-- session: first
SELECT pg_sleep(0.5);
COMMIT;
