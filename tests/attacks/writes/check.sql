-- Writes by the check of an own table.
-- wants: write
-- attack:
CREATE FUNCTION w() RETURNS boolean LANGUAGE plpgsql AS $$BEGIN DELETE FROM vlt_note; RETURN true; END$$;
ALTER TABLE mallory_own ADD CHECK (w()) NOT VALID;
INSERT INTO mallory_own VALUES (100, 'x');
