-- Empties an open table, and with it those that refer to it, and those that refer to these.
-- wants: write
-- proof: SELECT NOT EXISTS (SELECT FROM vlt_document)
-- setup:
CREATE TABLE root (id int PRIMARY KEY);
CREATE TABLE step (id int PRIMARY KEY, root int REFERENCES root);
ALTER TABLE vlt_document ADD COLUMN step int REFERENCES step;
GRANT TRUNCATE ON root, step TO mallory;
-- attack:
TRUNCATE root CASCADE;
