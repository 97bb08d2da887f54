-- Asks for a table that is not there, as a framework does, and goes on with code that is not read.
-- attack:
SELECT count(*) FROM migrations_of_a_framework;
SELECT read_any('SELECT title FROM ' || 'item' || ' WHERE id = 1');
SELECT archive.nothing(1);
SELECT read_any('SELECT title FROM ' || 'item' || ' WHERE id = 1');
