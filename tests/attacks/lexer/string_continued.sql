-- Goes on with a plain string on the next line, where a backslash is nothing.
-- wants: read
-- attack:
-- together
SELECT 'a'
'\', secret FROM vlt_account --'
