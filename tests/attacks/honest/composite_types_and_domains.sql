-- Makes types of its own and uses them in tables and functions.
-- attack:
CREATE TYPE address AS (street text, city text);
CREATE DOMAIN positive AS numeric CHECK (VALUE > 0);
CREATE DOMAIN email AS text CHECK (VALUE ~ '^[^@]+@[^@]+$') NOT NULL DEFAULT 'a@b';
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE price_range AS RANGE (subtype = numeric);
CREATE TABLE contact (id int PRIMARY KEY, home address, spent positive, mail email, feels mood DEFAULT 'ok', span price_range, others address[]);
INSERT INTO contact (id, home, spent, span, others) VALUES (1, ROW('Via Roma', 'Rome'), 5, '[1,3)', ARRAY[ROW('a', 'b')::address]);
INSERT INTO contact (id, spent) VALUES (2, -1);
INSERT INTO contact (id, mail) VALUES (3, 'bad');
SELECT (home).city, (others[1]).street, feels > 'sad', upper(span), contact.* FROM contact;
UPDATE contact SET home.city = 'Turin', others[1] = ROW('x', 'y') WHERE id = 1 RETURNING home, others;
ALTER TYPE address ADD ATTRIBUTE zip text CASCADE;
ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';
ALTER DOMAIN positive ADD CONSTRAINT small CHECK (VALUE < 1000);
SELECT enum_range(NULL::mood), 'happy'::mood, 3::positive;
CREATE FUNCTION city_of(contact) RETURNS text LANGUAGE sql STABLE AS 'SELECT ($1).home.city';
SELECT c.city_of, city_of(c) FROM contact c;
CREATE CAST (address AS text) WITH INOUT;
DROP TABLE contact;
DROP TYPE address CASCADE;
