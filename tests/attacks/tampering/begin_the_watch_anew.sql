-- Has a worker read, then forgets what was counted before and has it counted again.
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
  EXCEPTION WHEN SQLSTATE 'P0042' THEN NULL;
  END;
  RESET ALL;
  BEGIN
    EXECUTE 'SELECT pgtoll.before_' || 'watch(ARRAY[1, 2, 3]::int[])';
  EXCEPTION WHEN OTHERS THEN NULL;
  END;
  RETURN found;
END $$;
SELECT by_worker();
SELECT by_worker(), pgtoll.before_watch(ARRAY[1, 2, 3]::int[]);
