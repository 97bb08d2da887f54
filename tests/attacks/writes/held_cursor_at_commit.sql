-- Leaves the writing to COMMIT, which runs the query of a held cursor.
-- wants: write
-- attack:
CREATE FUNCTION w() RETURNS int LANGUAGE plpgsql AS $$BEGIN DELETE FROM vlt_note; RETURN 1; END$$;
BEGIN;
DECLARE c CURSOR WITH HOLD FOR SELECT w();
COMMIT;
