-- Makes the check look at another session's locks.
-- wants: fill
-- attack:
CREATE FUNCTION public.pg_backend_pid() RETURNS int LANGUAGE sql AS 'SELECT 0';
SET search_path = public, pg_catalog;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
