-- Lets the role begin every session as somebody else.
-- wants: read
-- attack:
ALTER ROLE mallory SET pgtoll."user" = 'alice';
-- session: second
SELECT secret FROM vlt_account;
