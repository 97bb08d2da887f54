-- Hides an open table behind a temporary view that a text made.
-- wants: read
-- attack:
DO $$ BEGIN EXECUTE 'CREATE TEMP VIEW item AS SELECT secret FROM vlt_account'; END $$;
SELECT * FROM item;
