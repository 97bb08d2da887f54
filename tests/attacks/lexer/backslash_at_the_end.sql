-- Puts a backslash before the quote that ends a string.
-- wants: read
-- attack:
-- together
SELECT '\', secret FROM vlt_account --'
