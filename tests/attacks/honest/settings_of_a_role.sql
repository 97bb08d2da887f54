-- A role keeps settings: how values are written, plans, transactions, limits.
-- attack:
ALTER ROLE mallory SET datestyle = 'German';
ALTER ROLE mallory SET bytea_output = 'escape';
ALTER ROLE mallory SET standard_conforming_strings = off;
ALTER ROLE mallory SET default_transaction_isolation = 'repeatable read';
ALTER ROLE mallory SET statement_timeout = '30s';
ALTER ROLE mallory SET row_security = off;
ALTER ROLE mallory SET plan_cache_mode = 'force_generic_plan';
ALTER ROLE mallory SET search_path = office, public;
ALTER ROLE mallory SET client_min_messages = 'warning';
-- session: second
SHOW search_path;
SELECT '2024-02-03'::date, '\\x00ff'::bytea, 'a\'b';
INSERT INTO public.dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1004) n;
SELECT count(*) FROM public.dmo_nearly;
ALTER ROLE mallory SET default_transaction_read_only = on;
-- session: third
SELECT count(*) FROM public.dmo_nearly;
INSERT INTO public.dmo_nearly VALUES (2000, 'x');
