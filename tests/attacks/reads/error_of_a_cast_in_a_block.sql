-- Lets a cast inside a DO block put the value in an error.
-- wants: read
-- attack:
DO $$ BEGIN PERFORM secret::int FROM vlt_account WHERE id = 1; END $$;
