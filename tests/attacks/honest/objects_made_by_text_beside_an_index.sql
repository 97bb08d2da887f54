-- Makes functions, tables, types and plain indexes by texts, where an index calls a function.
-- attack:
CREATE FUNCTION shortened(what text) RETURNS text LANGUAGE sql IMMUTABLE AS $f$ SELECT lower(substr(what, 1, 10)) $f$;
CREATE TABLE made (id int PRIMARY KEY, name text);
CREATE INDEX made_shortened ON made (shortened(name));
CREATE STATISTICS made_s ON shortened(name), id FROM made;
DO $$ BEGIN
  FOR n IN 1..2 LOOP
    EXECUTE format('CREATE TABLE made_%s (id int CHECK (id > 0), name text, UNIQUE (id))', n);
    EXECUTE format('CREATE INDEX ON made_%s (upper(name)) WHERE id > 10', n);
    EXECUTE format('CREATE FUNCTION trimmed_%s(what text) RETURNS text LANGUAGE sql AS ''SELECT trim($1)''', n);
    EXECUTE format('CREATE TYPE pair_%s AS (a int, b text)', n);
    EXECUTE format('CREATE TYPE span_%s AS RANGE (subtype = float8)', n);
    EXECUTE format('INSERT INTO made_%s VALUES (1, ''One'')', n);
  END LOOP;
END $$;
INSERT INTO made VALUES (1, 'Somebody'), (2, 'Nobody');
SELECT trimmed_1('  x '), count(*) FROM made_1;
SELECT id FROM made WHERE shortened(name) = 'nobody';
CREATE DOMAIN small_number AS int CHECK (VALUE > 0);
CREATE FUNCTION a() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION distance(a float8, b float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT a - b';
CREATE TYPE stretch AS RANGE (subtype = float8, subtype_diff = distance);
SELECT stretch(1, 2) && stretch(2, 3), a(), 7::small_number;
