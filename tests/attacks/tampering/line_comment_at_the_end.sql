-- Ends the text with a comment that might swallow what is added.
-- wants: read
-- attack:
-- together
SELECT read_any('SELECT secret FROM vlt_account') -- and no more
