-- Hides a quote in a dollar-quoted string.
-- wants: read
-- attack:
-- together
SELECT $a$ ' $a$, secret FROM vlt_account -- '
