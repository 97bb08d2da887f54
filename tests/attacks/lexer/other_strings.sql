-- Has a quote behind every other kind of string.
-- wants: read
-- attack:
-- together
SELECT N'\', B'1', X'1F', secret FROM vlt_account -- '
