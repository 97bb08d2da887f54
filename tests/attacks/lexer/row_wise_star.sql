-- Names the table as PostgreSQL did before it had ONLY.
-- wants: read
-- attack:
-- together
SELECT (a).secret FROM ONLY (public.vlt_account) a, vlt_account * b
