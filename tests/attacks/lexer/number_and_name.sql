-- Writes a number and the name of its column without a blank.
-- wants: read
-- until: 15
-- attack:
-- together
SELECT 0x1F, secret FROM vlt_account
