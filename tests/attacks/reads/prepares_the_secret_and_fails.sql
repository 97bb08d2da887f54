-- Prepares a statement that holds the secret, then fails: no check can run, and PREPARE stays.
-- wants: read
-- known: PREPARE inside a text outlives the refusal of the text
-- attack:
DO $$ BEGIN EXECUTE format('PREPARE p AS SELECT %L', (SELECT secret FROM vlt_account WHERE id = 1));
  RAISE division_by_zero; END $$;
EXECUTE p;
SELECT statement FROM pg_prepared_statements;
