-- Writes the schema, not the name, in Unicode escapes.
-- wants: read
-- attack:
-- together
SELECT secret FROM U&"\0070ublic".vlt_account
