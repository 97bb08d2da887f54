-- Gives an own table another meaning while a block that names it later still counts.
-- wants: read
-- attack:
-- session: reader
-- without waiting
DO $$ BEGIN
  FOR i IN 1..60000000 LOOP NULL; END LOOP;
  RAISE NOTICE '%', (SELECT v FROM mallory_own LIMIT 1);
END $$;
-- session: first
SELECT pg_sleep(0.2);
BEGIN;
DROP TABLE mallory_own;
CREATE VIEW mallory_own AS SELECT read_any('SELECT secret FROM vlt_account') AS v;
COMMIT;
SELECT pg_sleep(1);
