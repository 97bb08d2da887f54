-- Has a comment between the two halves of a string.
-- wants: read
-- attack:
-- together
SELECT 'a' --'
'b', secret FROM vlt_account -- '
