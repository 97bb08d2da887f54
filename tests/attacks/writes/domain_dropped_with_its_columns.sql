-- Drops its own domain with all columns of it, in the vault too, together with another.
-- wants: write
-- proof: SELECT NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'vlt_shaded'::regclass AND attname = 'shade' AND NOT attisdropped)
-- setup:
CREATE DOMAIN shade AS text;
ALTER DOMAIN shade OWNER TO mallory;
CREATE TABLE vlt_shaded (id int, shade shade);
INSERT INTO vlt_shaded VALUES (1, 'dark');
-- attack:
CREATE DOMAIN other AS text;
DROP DOMAIN other, shade CASCADE;
