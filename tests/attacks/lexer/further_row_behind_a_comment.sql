-- Has a query in a further row, behind comments that hold quotes and parentheses.
-- wants: read
-- attack:
CREATE TABLE loot (a text, b text);
INSERT INTO loot VALUES ('x', 'y'), ('x', 'y') RETURNING *;
INSERT INTO loot VALUES ('x', 'y') /*'*/, ('x', (SELECT secret FROM vlt_account LIMIT 1)) /*'*/ RETURNING *;
INSERT INTO loot VALUES ('x', 'y'), (1 --'
, (SELECT secret FROM vlt_account LIMIT 1)), ('x' --'
, 'y') RETURNING *;
INSERT INTO /*'*/ loot VALUES ('x', 'y'), ((TABLE vlt_mine LIMIT 0), (SELECT secret FROM vlt_account LIMIT 1)) RETURNING *;
