-- Writes by the default of an own column.
-- wants: write
-- attack:
CREATE FUNCTION w() RETURNS text LANGUAGE plpgsql AS $$BEGIN DELETE FROM vlt_note; RETURN 'x'; END$$;
ALTER TABLE mallory_own ALTER v SET DEFAULT w();
INSERT INTO mallory_own (id) VALUES (100);
