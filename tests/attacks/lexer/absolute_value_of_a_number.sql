-- Writes the absolute value of a number that ends in a dot, before FROM.
-- wants: read
-- attack:
-- together
SELECT secret, @1. FROM vlt_account
