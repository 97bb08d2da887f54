-- Makes a row look like one of constants: a dollar quote holds the quote that a string seems to begin with.
-- wants: read
-- attack:
CREATE TABLE loot (a text, b text);
INSERT INTO loot VALUES ('x', 'y') RETURNING *;
INSERT INTO loot VALUES ('x', 'y'), ('x', 'y') RETURNING *;
INSERT INTO loot VALUES ('x', 'y'), ($$'$$, (SELECT secret FROM vlt_account LIMIT 1)), ($$'$$, 'y') RETURNING *;
INSERT INTO loot VALUES ('x', 'y'), ($a$'$a$, (SELECT secret FROM vlt_account LIMIT 1)), ($a$'$a$, 'y') RETURNING *;
