-- Keeps settings for the role under which what checks a reading may not write, wait or tell.
-- wants: read
-- attack:
ALTER ROLE mallory SET default_transaction_read_only = on;
ALTER ROLE mallory SET default_transaction_deferrable = on;
ALTER ROLE mallory SET default_transaction_isolation = 'serializable';
ALTER ROLE mallory SET lock_timeout = '1ms';
ALTER ROLE mallory SET idle_in_transaction_session_timeout = '5s';
ALTER ROLE mallory SET bytea_output = 'escape';
ALTER ROLE mallory SET row_security = off;
ALTER ROLE mallory SET plan_cache_mode = 'force_generic_plan';
-- session: second
SELECT read_any('SELECT secret FROM vlt_account')
