-- Drops an attribute of its own type, and so a column of a licensed table that is made of that type.
-- wants: write
-- proof: SELECT NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'vlt_typed'::regclass AND attname = 'secret' AND NOT attisdropped)
-- setup:
CREATE TYPE form AS (id int, secret text);
ALTER TYPE form OWNER TO mallory;
CREATE TABLE vlt_typed OF form;
ALTER TABLE vlt_typed OWNER TO mallory;
INSERT INTO vlt_typed VALUES (1, 'top-secret-4711 typed');
-- attack:
ALTER TYPE form DROP ATTRIBUTE secret CASCADE;
