-- Goes back to a savepoint before a refused block, and reads the text that it has prepared of the value.
-- wants: read
-- attack:
BEGIN;
SAVEPOINT before;
DO $$ BEGIN EXECUTE format('PREPARE p AS SELECT %L::text', (SELECT secret FROM vlt_account LIMIT 1)); RAISE EXCEPTION 'enough'; END $$;
-- together
ROLLBACK TO before; SELECT statement FROM pg_prepared_statements;
-- apart
ROLLBACK TO before;
SELECT statement FROM pg_prepared_statements;
ROLLBACK;
