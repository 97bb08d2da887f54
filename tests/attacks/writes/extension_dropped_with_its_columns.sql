-- Drops an extension of its own with all columns of its types, in the vault too.
-- wants: write
-- proof: SELECT NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'vlt_hashed'::regclass AND attname = 'h' AND NOT attisdropped)
-- setup:
SET ROLE mallory;
CREATE EXTENSION hstore;
RESET ROLE;
CREATE TABLE vlt_hashed (id int, h hstore);
INSERT INTO vlt_hashed VALUES (1, 'a=>1');
-- attack:
DROP EXTENSION hstore CASCADE;
