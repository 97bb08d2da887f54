-- Updates through a view that a DO block made.
-- wants: write
-- attack:
DO $$ BEGIN EXECUTE 'CREATE VIEW v AS SELECT * FROM vlt_account'; END $$;
UPDATE v SET secret = 'x';
