-- Writes by the function in the query of a cursor.
-- wants: write
-- attack:
CREATE FUNCTION w() RETURNS int LANGUAGE plpgsql AS $$BEGIN DELETE FROM vlt_note; RETURN 1; END$$;
BEGIN;
DECLARE c CURSOR FOR SELECT w();
FETCH c;
COMMIT;
