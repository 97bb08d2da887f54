-- Changes roles, settings and schemas as connection poolers and tools do.
-- attack:
SET ROLE mallory;
RESET ROLE;
SET SESSION AUTHORIZATION DEFAULT;
SELECT current_user, session_user, current_role;
SET search_path TO office, public;
SELECT count(*) FROM desk;
SET LOCAL work_mem = '4MB';
RESET ALL;
DISCARD PLANS;
DISCARD SEQUENCES;
DISCARD ALL;
SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED;
SHOW transaction_isolation;
SET TIME ZONE 'Europe/Rome';
SET datestyle TO 'ISO, DMY';
SELECT current_setting('TimeZone'), '01/02/2026'::date;
SET application_name = 'tool';
SHOW application_name;
SET my.own = 'x';
SELECT current_setting('my.own'), current_setting('my.other', true);
SELECT has_table_privilege('customer', 'SELECT'), has_schema_privilege('public', 'CREATE'), pg_has_role('mallory', 'USAGE');
SET statement_timeout = '5s';
SET idle_in_transaction_session_timeout = 60000;
SET jit = off;
SET plan_cache_mode = force_custom_plan;
SELECT version() IS NOT NULL, current_database() IS NOT NULL, current_schema, inet_server_port() IS NULL AS socket;
SET NAMES 'UTF8';
