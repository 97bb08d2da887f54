-- Uses extensions that any owner of a schema may create.
-- attack:
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION hstore;
CREATE EXTENSION citext;
CREATE EXTENSION intarray;
CREATE EXTENSION btree_gist;
CREATE EXTENSION unaccent;
CREATE EXTENSION fuzzystrmatch;
CREATE EXTENSION ltree;
CREATE TABLE person (id int PRIMARY KEY, email citext UNIQUE, extra hstore, path ltree);
CREATE INDEX person_email ON person USING gin ((email::text) gin_trgm_ops);
INSERT INTO person VALUES (1, 'Ann@Example.com', 'a=>1, b=>2', 'top.science'), (2, 'bob@example.com', 'a=>3', 'top.art');
SELECT id FROM person WHERE email = 'ANN@example.COM';
SELECT id, extra -> 'a', extra ? 'b', akeys(extra) FROM person ORDER BY id;
SELECT similarity('word', 'two words') > 0, 'word' % 'words', unaccent('Hôtel'), levenshtein('GUMBO', 'GAMBOL');
SELECT id FROM person WHERE path <@ 'top' ORDER BY email <-> 'ann';
SELECT id FROM person WHERE path <@ 'top' ORDER BY email::text <-> 'ann', id;
SELECT '{1,2,3}'::int[] @> '{2}'::int[], sort('{3,1,2}'::int[]);
SELECT (each(extra)).key FROM person WHERE id = 1 ORDER BY 1;
UPDATE person SET extra = extra || hstore('c', '9') WHERE id = 1 RETURNING extra;
CREATE TABLE booking (room int, during tsrange, EXCLUDE USING gist (room WITH =, during WITH &&));
INSERT INTO booking VALUES (1, '[2026-01-01, 2026-01-02)'), (2, '[2026-01-01, 2026-01-02)');
INSERT INTO booking VALUES (1, '[2026-01-01 12:00, 2026-01-03)');
DROP EXTENSION ltree CASCADE;
