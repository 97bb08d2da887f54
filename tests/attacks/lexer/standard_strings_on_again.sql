-- Turns the standard meaning of backslashes off, and on again by a rollback.
-- wants: read
-- attack:
BEGIN;
SET standard_conforming_strings = off;
ROLLBACK;
-- together
SELECT '\', secret FROM vlt_account --'
