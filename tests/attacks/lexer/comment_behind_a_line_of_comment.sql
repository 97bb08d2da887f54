-- Has what looks like a comment at the end begin in a line of comment, or in a string, and names a table in it.
-- wants: read
-- attack:
-- together
SELECT 'x' --
-- together
SELECT 'x' -- /*
, secret FROM vlt_account -- */
-- together
SELECT 'x'
-- together
SELECT 'x' /* /* */ , */ , secret FROM vlt_account /* */ -- */
-- together
SELECT '/*', secret FROM vlt_account --*/
