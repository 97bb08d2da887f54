-- Has the number of rows, their offset and a sample's seed computed by what reads.
-- wants: read
-- setup:
CREATE FUNCTION peep() RETURNS int LANGUAGE plpgsql AS $$
  BEGIN RAISE NOTICE '%', (SELECT max(secret) FROM public.vlt_account); RETURN 1; END $$;
-- attack:
SELECT id FROM customer LIMIT peep();
SELECT id FROM customer OFFSET peep();
SELECT id FROM customer TABLESAMPLE system (50) REPEATABLE (peep());
