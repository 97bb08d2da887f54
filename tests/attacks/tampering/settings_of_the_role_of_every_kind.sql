-- Keeps settings of every kind for the role: how values are written, plans, transactions.
-- wants: fill
-- attack:
ALTER ROLE mallory SET datestyle = 'German';
ALTER ROLE mallory SET intervalstyle = 'iso_8601';
ALTER ROLE mallory SET bytea_output = 'escape';
ALTER ROLE mallory SET extra_float_digits = -15;
ALTER ROLE mallory SET client_encoding = 'LATIN1';
ALTER ROLE mallory SET standard_conforming_strings = off;
ALTER ROLE mallory SET quote_all_identifiers = on;
ALTER ROLE mallory SET transform_null_equals = on;
ALTER ROLE mallory SET array_nulls = off;
ALTER ROLE mallory SET default_transaction_isolation = 'repeatable read';
ALTER ROLE mallory SET statement_timeout = '5s';
ALTER ROLE mallory SET row_security = off;
ALTER ROLE mallory SET plan_cache_mode = 'force_generic_plan';
ALTER ROLE mallory SET client_min_messages = 'error';
ALTER ROLE mallory SET constraint_exclusion = on;
-- session: second
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n
