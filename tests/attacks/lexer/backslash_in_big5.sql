-- Speaks BIG5, in which a backslash can be the second half of a letter.
-- wants: read
-- attack:
SET client_encoding = 'BIG5';
-- together
SELECT E'中\', secret FROM vlt_account --'
