-- Dumps the vault as pg_dump does: locks it, and copies it out under a quoted name.
-- wants: read
-- attack:
BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;
LOCK TABLE public.vlt_account IN ACCESS SHARE MODE;
COMMIT;
BEGIN;
SELECT pg_catalog.set_config('search_path', '', false);
COPY "public"."vlt_account" ("id", "name", "secret") TO stdout;
COMMIT;
