-- Has the tag of one dollar quote inside another.
-- wants: read
-- attack:
-- together
SELECT $a$ $b$ $a$, secret FROM vlt_account -- $b$
