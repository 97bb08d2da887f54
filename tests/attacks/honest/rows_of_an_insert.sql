-- Inserts rows in the ways in which they are written, and makes mistakes in them.
-- attack:
CREATE TABLE own (a int DEFAULT 7, b text, c timestamptz);
INSERT INTO own VALUES (1, 'a', NULL);
INSERT INTO own VALUES (1, 'a', NULL), (2, 'it''s', '2020-01-01'), (-3, E'a\'b', DEFAULT) RETURNING a, b, c;
INSERT INTO own (a, b) VALUES ('1'::int, 'a'::text),('2'::int,NULL::text) RETURNING *;
INSERT INTO own (a, c) VALUES (DEFAULT, CURRENT_TIMESTAMP), (DEFAULT, CURRENT_TIMESTAMP) RETURNING a;
INSERT INTO own VALUES (1, 'a'), (2, 'b', NULL);
INSERT INTO own VALUES (1, 'a'), ('x', 'b');
INSERT INTO own VALUES (1, 'a'), (2, 3 4);
INSERT INTO own VALUES (1, 'a'), (2, nothing);
INSERT INTO own VALUES (1, 'a'), (2, 'b') ON CONFLICT DO NOTHING RETURNING (SELECT count(*) FROM own) > 0;
-- extended
INSERT INTO own (a, b) VALUES (1, 'a'), (2, 'b'), (3, 'c') RETURNING *;
INSERT INTO own (a, b) VALUES (1, 'a'), (2, 'b'), ('y', 'c') RETURNING *;
