-- Turns the standard meaning of backslashes off, and on again by DISCARD ALL.
-- wants: read
-- attack:
SET standard_conforming_strings = off;
DISCARD ALL;
-- together
SELECT '\', secret FROM vlt_account --'
