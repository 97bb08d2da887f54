-- Makes an enum, a domain and a composite type and uses them.
-- attack:
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN positive AS int CHECK (value > 0);
CREATE TYPE pair AS (a int, b text);
CREATE TABLE people (m mood, n positive, p pair);
INSERT INTO people VALUES ('ok', 3, (1, 'x'));
SELECT m, n, (p).b FROM people;
