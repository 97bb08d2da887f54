-- Starts a comment right behind a multiplication.
-- wants: read
-- attack:
-- together
SELECT 2*/* ' */3, secret FROM vlt_account -- '
