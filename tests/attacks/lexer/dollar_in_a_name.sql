-- Ends a name in what looks like a dollar quote.
-- wants: read
-- attack:
-- together
SELECT a$x$.secret FROM vlt_account a$x$ -- $x$
