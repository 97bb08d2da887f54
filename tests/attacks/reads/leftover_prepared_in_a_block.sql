-- Goes back to a savepoint before a refused block, and executes what it has prepared of the value.
-- wants: read
-- attack:
BEGIN;
SAVEPOINT before;
DO $$ BEGIN EXECUTE format('PREPARE p AS SELECT %L::text', (SELECT secret FROM vlt_account LIMIT 1)); RAISE EXCEPTION 'enough'; END $$;
ROLLBACK TO before;
EXECUTE p;
ROLLBACK;
BEGIN;
EXECUTE p;
COMMIT;
