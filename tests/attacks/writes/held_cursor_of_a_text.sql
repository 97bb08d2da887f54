-- Leaves the writing to a held cursor that a text opened.
-- wants: write
-- attack:
CREATE FUNCTION w() RETURNS int LANGUAGE plpgsql AS $$BEGIN DELETE FROM vlt_note; RETURN 1; END$$;
BEGIN;
DO $$ BEGIN EXECUTE 'DECLARE c CURSOR WITH HOLD FOR SELECT w()'; END $$;
COMMIT;
