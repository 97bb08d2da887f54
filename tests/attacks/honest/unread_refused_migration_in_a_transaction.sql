-- Where code that is not read does not run, makes tables, functions and a trigger in a transaction and uses them there.
-- unread: refuse
-- attack:
BEGIN;
CREATE TABLE mine (id serial PRIMARY KEY, name text CHECK (length(name) > 0), told text);
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.told := upper(NEW.name);
  RETURN NEW;
END $$;
CREATE TRIGGER tell BEFORE INSERT ON mine FOR EACH ROW EXECUTE FUNCTION tell();
CREATE INDEX ON mine (lower(name));
INSERT INTO mine (name) VALUES ('a'), ('b') RETURNING *;
ALTER TABLE mine ADD COLUMN more int DEFAULT 7;
CREATE VIEW seen AS SELECT name, more FROM mine;
SELECT * FROM seen ORDER BY name;
COMMIT;
BEGIN;
CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2 * n';
SELECT twice(more) FROM mine;
CREATE TABLE two AS SELECT twice(id) AS id FROM mine;
SELECT * FROM two ORDER BY id;
DROP TABLE two;
COMMIT;
DROP VIEW seen;
DROP TABLE mine;
DROP FUNCTION tell, twice;
