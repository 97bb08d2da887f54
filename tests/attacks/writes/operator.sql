-- Writes by an operator of an own function.
-- wants: write
-- attack:
CREATE FUNCTION w(int) RETURNS int LANGUAGE plpgsql AS $$BEGIN DELETE FROM vlt_note; RETURN 1; END$$;
CREATE OPERATOR !!! (RIGHTARG = int, FUNCTION = w);
SELECT !!! 1;
