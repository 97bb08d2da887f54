-- Makes the view inside a DO block.
-- wants: read
-- attack:
DO $$ BEGIN EXECUTE 'CREATE VIEW loot AS SELECT secret FROM vlt_account'; END $$;
SELECT * FROM loot;
