-- Writes the name in Unicode escapes.
-- wants: read
-- attack:
-- together
SELECT secret FROM U&"\0076lt_account"
