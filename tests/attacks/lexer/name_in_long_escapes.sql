-- Writes the name in Unicode escapes of six digits.
-- wants: read
-- attack:
-- together
SELECT secret FROM u&"\+000076lt_account"
