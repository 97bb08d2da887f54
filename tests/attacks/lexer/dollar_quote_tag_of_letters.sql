-- Uses letters beyond ASCII in the tag of a dollar quote.
-- wants: read
-- attack:
-- together
SELECT $é$ ' $é$, secret FROM vlt_account -- '
