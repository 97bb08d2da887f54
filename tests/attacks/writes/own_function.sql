-- Calls an own function that writes.
-- wants: write
-- attack:
CREATE FUNCTION w() RETURNS void LANGUAGE plpgsql AS $$BEGIN DELETE FROM vlt_note; END$$;
SELECT w();
