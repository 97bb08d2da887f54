-- Goes on with an escape string on the next line, without its E.
-- wants: read
-- attack:
-- together
SELECT E'a'
'\'', secret FROM vlt_account --'
