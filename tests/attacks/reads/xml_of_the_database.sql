-- Has the whole database written as XML.
-- wants: read
-- until: 17
-- attack:
SELECT database_to_xml(true, false, '');
