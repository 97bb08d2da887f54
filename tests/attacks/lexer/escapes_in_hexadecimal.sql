-- Writes a quote as an escape of an escape string.
-- wants: read
-- attack:
-- together
SELECT E'\x27\u0027\047', secret FROM vlt_account -- '
