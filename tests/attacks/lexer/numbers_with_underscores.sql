-- Writes numbers as newer servers read them.
-- wants: read
-- since: 16
-- attack:
-- together
SELECT 1_000, 0b1_0, 0o17, secret FROM vlt_account
