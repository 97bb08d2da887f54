-- Walks trees and graphs by recursive queries.
-- attack:
CREATE TABLE node (id int PRIMARY KEY, parent int REFERENCES node, name text);
INSERT INTO node VALUES (1, NULL, 'root'), (2, 1, 'a'), (3, 1, 'b'), (4, 2, 'aa');
WITH RECURSIVE tree AS (SELECT id, name, 1 AS depth, ARRAY[id] AS path FROM node WHERE parent IS NULL UNION ALL SELECT n.id, n.name, t.depth + 1, t.path || n.id FROM node n JOIN tree t ON t.id = n.parent) SELECT * FROM tree ORDER BY path;
WITH RECURSIVE tree (id, parent) AS (SELECT id, parent FROM node WHERE id = 4 UNION SELECT n.id, n.parent FROM node n, tree t WHERE n.id = t.parent) SEARCH DEPTH FIRST BY id SET ord CYCLE id SET looped USING way SELECT id, looped FROM tree ORDER BY id;
WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT sum(i) FROM n;
WITH RECURSIVE fib (a, b) AS (SELECT 0, 1 UNION ALL SELECT b, a + b FROM fib WHERE b < 100) SELECT array_agg(a ORDER BY a, b) FROM fib;
WITH a AS MATERIALIZED (SELECT * FROM customer WHERE id < 5), b AS NOT MATERIALIZED (SELECT * FROM a) SELECT count(*) FROM b JOIN a USING (id);
WITH RECURSIVE doomed AS (SELECT id FROM node WHERE id = 2 UNION ALL SELECT n.id FROM node n JOIN doomed d ON n.parent = d.id) DELETE FROM node WHERE id IN (SELECT id FROM doomed) RETURNING id;
