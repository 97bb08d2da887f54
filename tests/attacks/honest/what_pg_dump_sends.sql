-- Locks, reads and copies out tables as pg_dump does with what its user may read.
-- attack:
SELECT pg_catalog.set_config('search_path', '', false);
SET DATESTYLE = ISO;
SET INTERVALSTYLE = POSTGRES;
SET extra_float_digits TO 3;
SET synchronize_seqscans TO off;
SET statement_timeout = 0;
SET lock_timeout = 0;
SET row_security = off;
BEGIN;
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
LOCK TABLE public.customer, public.orders, ONLY public.item IN ACCESS SHARE MODE;
SELECT c.oid::regclass, c.relkind, c.relhasindex, pg_catalog.pg_get_partkeydef(c.oid) FROM pg_catalog.pg_class c WHERE c.relname = 'customer';
SELECT a.attnum, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull FROM pg_catalog.pg_attribute a WHERE a.attrelid = 'public.customer'::pg_catalog.regclass AND a.attnum > 0 ORDER BY a.attnum;
SELECT conname, pg_catalog.pg_get_constraintdef(oid) FROM pg_catalog.pg_constraint WHERE conrelid = 'public.orders'::pg_catalog.regclass ORDER BY conname;
SELECT pg_catalog.pg_get_viewdef('public.dmo_view'::pg_catalog.regclass);
COPY public.customer (id, name, email) TO stdout;
COPY public.orders TO stdout WITH (FORMAT csv, HEADER);
COPY (SELECT * FROM public.item WHERE price < 3 ORDER BY id) TO STDOUT WITH CSV QUOTE '''';
SELECT last_value, is_called FROM public.item_id_seq;
COMMIT;
