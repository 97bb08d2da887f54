-- Turns rows into columns by an extension that runs queries given as text.
-- attack:
CREATE EXTENSION tablefunc;
SELECT * FROM crosstab('SELECT customer % 3, id % 2, sum(total) FROM orders GROUP BY 1, 2 ORDER BY 1, 2') AS t (kind int, even numeric, odd numeric);
SELECT count(*) FROM normal_rand(10, 5, 3);
CREATE TABLE boss (id text, above text);
INSERT INTO boss VALUES ('a', NULL), ('b', 'a'), ('c', 'b');
SELECT * FROM connectby('boss', 'id', 'above', 'a', 0, '/') AS t (id text, above text, level int, branch text);
SELECT * FROM ts_stat('SELECT to_tsvector(title) FROM item') ORDER BY ndoc DESC, word LIMIT 2;
