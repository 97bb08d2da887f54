-- Has a function empty a table, those that refer to it, and those that refer to these.
-- wants: write
-- proof: SELECT NOT EXISTS (SELECT FROM vlt_document)
-- setup:
CREATE TABLE root (id int PRIMARY KEY);
CREATE TABLE step (id int PRIMARY KEY, root int REFERENCES root);
ALTER TABLE vlt_document ADD COLUMN step int REFERENCES step;
GRANT TRUNCATE ON root, step TO mallory;
-- attack:
CREATE FUNCTION tidy() RETURNS void LANGUAGE plpgsql AS 'BEGIN TRUNCATE root CASCADE; END';
SELECT tidy();
