-- Writes the name in Unicode escapes with a character of its own choice.
-- wants: read
-- attack:
-- together
SELECT secret FROM U&"!0076lt_account" UESCAPE '!'
