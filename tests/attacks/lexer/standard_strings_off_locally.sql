-- Turns the standard meaning of backslashes off until the end of a transaction, and uses both.
-- wants: read
-- attack:
BEGIN;
SET LOCAL standard_conforming_strings = off;
-- together
SELECT 'a\'', secret FROM vlt_account --'
-- apart
ROLLBACK;
-- together
SELECT '\', secret FROM vlt_account --'
