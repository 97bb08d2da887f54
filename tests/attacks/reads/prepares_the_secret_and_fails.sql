-- Prepares a statement that holds the secret, then fails: no check can run, and PREPARE stays.
-- wants: read
-- attack:
DO $$ BEGIN EXECUTE format('PREPARE p AS SELECT %L', (SELECT secret FROM vlt_account WHERE id = 1));
  RAISE division_by_zero; END $$;
EXECUTE p;
SELECT statement FROM pg_prepared_statements;
