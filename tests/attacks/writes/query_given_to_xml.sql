-- Gives query_to_xml a query that writes.
-- wants: write
-- until: 17
-- attack:
CREATE FUNCTION w() RETURNS int LANGUAGE plpgsql AS $$BEGIN DELETE FROM vlt_note; RETURN 1; END$$;
SELECT query_to_xml('SELECT w()', true, false, '');
