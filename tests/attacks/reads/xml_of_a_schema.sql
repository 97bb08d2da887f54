-- Has a whole schema written as XML.
-- wants: read
-- until: 17
-- attack:
SELECT schema_to_xml('public', true, false, '');
