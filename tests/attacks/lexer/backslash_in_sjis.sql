-- Speaks SJIS, in which a backslash can be the second half of a letter.
-- wants: read
-- attack:
SET client_encoding = 'SJIS';
-- together
SELECT E'ß\', secret FROM vlt_account --'
