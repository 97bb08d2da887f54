-- Has a parallel worker read for it, in a block that is rolled back: no lock and no count is its own.
-- wants: read
-- since: 16
-- attack:
CREATE FUNCTION by_worker() RETURNS text LANGUAGE plpgsql AS $$
DECLARE found text;
BEGIN
  BEGIN
    PERFORM set_config('debug_parallel_query', 'on', true);
    EXECUTE 'SELECT secret FROM vlt_' || 'account WHERE secret IS NOT NULL LIMIT 1' INTO found;
    RAISE EXCEPTION SQLSTATE 'P0042';
  EXCEPTION WHEN SQLSTATE 'P0042' THEN
    RETURN found;
  END;
END $$;
SELECT by_worker();
SELECT by_worker();
BEGIN;
SELECT by_worker();
SAVEPOINT s;
SELECT by_worker();
COMMIT;
-- extended
SELECT by_worker();
