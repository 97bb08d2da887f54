-- Has the standard meaning of backslashes turned off at the next login.
-- wants: read
-- attack:
ALTER ROLE mallory SET standard_conforming_strings = off;
-- session: second
-- together
SELECT 'a\'', secret FROM vlt_account --'
