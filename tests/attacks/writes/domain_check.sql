-- Writes by the check of a domain.
-- wants: write
-- attack:
CREATE FUNCTION w() RETURNS boolean LANGUAGE plpgsql AS $$BEGIN DELETE FROM vlt_note; RETURN true; END$$;
CREATE DOMAIN d AS int CHECK (w());
SELECT 1::d;
