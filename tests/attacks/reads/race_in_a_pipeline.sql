-- Gives an own function another body while a pipeline sleeps that calls it later.
-- wants: read
-- attack:
CREATE FUNCTION told() RETURNS text LANGUAGE plpgsql AS $$BEGIN RETURN 'nothing'; END$$;
-- session: reader
-- without waiting
-- pipeline
SELECT v FROM mallory_own;
SELECT pg_sleep(3);
SELECT told();
-- apart
-- session: first
SELECT pg_sleep(0.2);
CREATE OR REPLACE FUNCTION told() RETURNS text LANGUAGE plpgsql AS
  $$BEGIN RETURN (SELECT secret FROM vlt_account WHERE id = 1); END$$;
SELECT pg_sleep(3);
