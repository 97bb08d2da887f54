-- Turns the standard meaning of backslashes off.
-- wants: read
-- attack:
SET standard_conforming_strings = off;
-- together
SELECT 'a\'', secret FROM vlt_account --'
