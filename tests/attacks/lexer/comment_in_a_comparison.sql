-- Starts a comment right behind a comparison.
-- wants: read
-- attack:
-- together
SELECT 1 <--'
2, secret FROM vlt_account --'
