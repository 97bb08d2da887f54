-- Prepares inside a DO block and executes outside.
-- wants: read
-- attack:
DO $$ BEGIN EXECUTE 'PREPARE p AS SELECT secret FROM vlt_account'; END $$;
EXECUTE p;
