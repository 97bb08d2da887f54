-- Lets the server turn text made at run time into a query.
-- wants: read
-- until: 17
-- attack:
SELECT query_to_xml('SELECT secret FROM vl' || 't_account', true, false, '');
