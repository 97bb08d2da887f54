-- Has the rows of a cursor written as XML.
-- wants: read
-- until: 17
-- attack:
BEGIN;
DECLARE c CURSOR FOR SELECT read_any('SELECT secret FROM vlt_account');
SELECT cursor_to_xml('c', 5, true, false, '');
COMMIT;
