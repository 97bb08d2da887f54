-- Ends a refused block's transaction and executes what it has prepared, all in one text.
-- wants: read
-- attack:
BEGIN;
DO $$ BEGIN EXECUTE format('PREPARE p AS SELECT %L::text', (SELECT secret FROM vlt_account LIMIT 1)); RAISE EXCEPTION 'enough'; END $$;
-- together
ROLLBACK; EXECUTE p;
-- apart
