-- Drops its own type with all columns of it, in the vault too.
-- wants: write
-- proof: SELECT NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'vlt_shaded'::regclass AND attname = 'shade' AND NOT attisdropped)
-- setup:
CREATE TYPE shade AS ENUM ('dark');
ALTER TYPE shade OWNER TO mallory;
CREATE TABLE vlt_shaded (id int, shade shade);
INSERT INTO vlt_shaded VALUES (1, 'dark');
-- attack:
DROP TYPE shade CASCADE;
