-- Reads the name of a statement that a refused block has prepared, which is the value.
-- wants: read
-- attack:
DO $$ BEGIN EXECUTE format('PREPARE %I AS SELECT 1', (SELECT secret FROM vlt_account LIMIT 1)); END $$;
SELECT name FROM pg_prepared_statement();
