-- Has the query written as XML.
-- wants: read
-- until: 17
-- attack:
SELECT query_to_xml('SELECT secret FROM vlt_account', true, false, '');
