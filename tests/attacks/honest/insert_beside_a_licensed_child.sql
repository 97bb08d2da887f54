-- Puts rows into an open table from which a licensed one inherits: they do not go there.
-- setup:
CREATE TABLE story (id int PRIMARY KEY, body text);
CREATE TABLE vlt_story () INHERITS (story);
GRANT ALL ON story, vlt_story TO PUBLIC;
-- attack:
INSERT INTO history VALUES (7, 'seven');
INSERT INTO history (id) SELECT id FROM inbox RETURNING id;
INSERT INTO story VALUES (1, 'once');
INSERT INTO story VALUES (1, 'once');
COPY story FROM STDIN;
-- copy data:
2	twice
\.
WITH told AS (INSERT INTO story VALUES (3, 'thrice') RETURNING id) SELECT id FROM told;
