-- Lists roles and their members.
-- attack:
SELECT rolname, rolsuper FROM pg_roles WHERE rolname IN ('mallory', 'alice') ORDER BY 1;
SELECT count(*) >= 0 FROM pg_auth_members;
SELECT pg_has_role('mallory', 'USAGE');
