-- Reads the text of a statement that a refused block has prepared of the value.
-- wants: read
-- attack:
DO $$ BEGIN EXECUTE format('PREPARE p AS SELECT %L::text', (SELECT secret FROM vlt_account LIMIT 1)); END $$;
SELECT statement FROM pg_prepared_statements;
