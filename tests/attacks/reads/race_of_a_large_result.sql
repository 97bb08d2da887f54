-- Gives an own table another meaning while a statement waits for it, and has far more said than is held.
-- wants: read
-- attack:
-- session: first
BEGIN;
DROP TABLE mallory_own;
CREATE VIEW mallory_own AS
  SELECT read_any('SELECT secret FROM vlt_account WHERE id = 1') AS v FROM generate_series(1, 20000);
-- session: reader
-- without waiting
SELECT v FROM mallory_own;
-- session: first
SELECT pg_sleep(0.3);
COMMIT;
