-- Ends a string that goes on where a backslash counts, and the other way round.
-- wants: read
-- attack:
-- together
SELECT E'it\'s', secret FROM vlt_account --'
