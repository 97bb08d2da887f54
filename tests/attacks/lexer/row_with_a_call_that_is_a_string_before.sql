-- Calls a function in a further row of an INSERT that stands in the first one as well, but in a string.
-- wants: read
-- setup:
CREATE FUNCTION peep() RETURNS text LANGUAGE sql AS 'SELECT secret FROM vlt_account LIMIT 1';
-- attack:
CREATE TABLE loot (a text, b text);
INSERT INTO loot VALUES ('x', 'y'), ('x', 'y') RETURNING *;
INSERT INTO loot VALUES (', peep(), ', 'y'), ('x', peep()) RETURNING *;
INSERT INTO loot VALUES (E'\', peep(), ', 'y'), ('x', peep()) RETURNING *;
INSERT INTO loot VALUES ('x', 'y'), ('x',peep()) RETURNING *;
