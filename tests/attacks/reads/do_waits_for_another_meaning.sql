-- Sleeps in a block until a name in it has got another meaning.
-- wants: read
-- attack:
-- session: reader
-- without waiting
DO $$ BEGIN PERFORM pg_sleep(1); RAISE NOTICE '%', (SELECT v FROM mallory_own LIMIT 1); END $$;
-- session: first
SELECT pg_sleep(0.2);
BEGIN;
DROP TABLE mallory_own;
CREATE VIEW mallory_own AS SELECT read_any('SELECT secret FROM vlt_account') AS v;
COMMIT;
SELECT pg_sleep(1);
