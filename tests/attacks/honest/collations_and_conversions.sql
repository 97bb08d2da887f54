-- Sorts and compares in other ways than the default.
-- attack:
SELECT title FROM item ORDER BY title COLLATE "C" LIMIT 3;
CREATE COLLATION own_c (provider = libc, locale = 'C');
CREATE TABLE sorted (v text COLLATE own_c);
INSERT INTO sorted VALUES ('b'), ('A'), ('a');
SELECT * FROM sorted ORDER BY v;
SELECT 'a' < 'B' COLLATE "C", convert_to('é', 'LATIN1'), convert_from('\xe9', 'LATIN1'), to_ascii('x', 'LATIN1');
CREATE TEXT SEARCH CONFIGURATION own (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION own ALTER MAPPING FOR word WITH simple;
SELECT to_tsvector('own', 'The Cats');
DROP TEXT SEARCH CONFIGURATION own;
