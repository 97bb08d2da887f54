-- Prepares a constant, and while that waits for a table its type gets a check that reads.
-- wants: read
-- attack:
CREATE FUNCTION look(int) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '%', account_unseen($1); END $$;
CREATE DOMAIN seen AS int;
CREATE TYPE pair AS (a seen);
SELECT pg_sleep(0.5);
-- session: second
BEGIN;
LOCK TABLE mallory_own;
ALTER DOMAIN seen ADD CHECK (look(VALUE));
-- session: first
-- without waiting
PREPARE p AS SELECT '(1)'::pair FROM mallory_own;
-- without waiting
-- session: second
SELECT pg_sleep(1);
COMMIT;
