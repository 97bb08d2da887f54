-- Ends the text with comments that might swallow what is added.
-- wants: read
-- attack:
-- together
SELECT read_any('SELECT secret FROM vlt_account') /* nested /* twice */ */ ; -- /*
