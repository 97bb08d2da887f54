-- Writes the name in upper case.
-- wants: read
-- attack:
-- together
SELECT SECRET FROM Public.VLT_ACCOUNT
