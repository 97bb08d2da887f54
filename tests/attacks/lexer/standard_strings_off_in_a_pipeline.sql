-- Turns the standard meaning of backslashes off in front of a Parse of the same pipeline.
-- wants: read
-- attack:
-- pipeline
SET standard_conforming_strings = off;
SELECT 'a\'', secret FROM vlt_account --'
;
