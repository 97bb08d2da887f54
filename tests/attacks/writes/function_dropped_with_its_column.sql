-- Drops its own function with all that uses it, which is a computed column in the vault.
-- wants: write
-- proof: SELECT NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'vlt_computed'::regclass AND attname = 'c' AND NOT attisdropped)
-- setup:
CREATE FUNCTION mark(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
ALTER FUNCTION mark OWNER TO mallory;
CREATE TABLE vlt_computed (id int, c int GENERATED ALWAYS AS (mark(id)) STORED);
INSERT INTO vlt_computed VALUES (1);
-- attack:
DROP FUNCTION mark CASCADE;
