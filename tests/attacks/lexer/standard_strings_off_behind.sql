-- Turns the standard meaning of backslashes off in a text whose rest is read already.
-- wants: read
-- attack:
-- together
SET standard_conforming_strings = off; SELECT '\', secret FROM vlt_account --'
