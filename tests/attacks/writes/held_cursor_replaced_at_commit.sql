-- Gives a function another body while COMMIT runs the query of a held cursor that calls it.
-- wants: write
-- attack:
CREATE FUNCTION w(n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN
  IF n = 2 THEN PERFORM FROM orders WHERE id = n; END IF;
  RETURN n;
END $$;
BEGIN;
DECLARE c CURSOR WITH HOLD FOR SELECT w(n), pg_sleep(1) FROM generate_series(1, 3) n;
-- without waiting
COMMIT;
-- session: second
SELECT pg_sleep(0.3);
CREATE OR REPLACE FUNCTION w(n int) RETURNS int LANGUAGE plpgsql AS
  $$ BEGIN DELETE FROM vlt_note; RETURN 1; END $$;
-- session: first
