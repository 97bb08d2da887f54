-- Has the table written as XML.
-- wants: read
-- until: 17
-- attack:
SELECT table_to_xml('vlt_account', true, false, '');
SELECT table_to_xml_and_xmlschema('vlt_account', true, false, '');
