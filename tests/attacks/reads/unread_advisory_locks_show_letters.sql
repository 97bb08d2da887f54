-- A function with dynamic SQL takes advisory locks by the letters of a licensed text and waits, while another session of its caller's looks at the locks.
-- wants: read
-- unread: refuse
-- attack:
CREATE FUNCTION show() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE 'SELECT count(pg_advisory_lock(nth, ascii(substr(secret, nth, 1)))) FROM vlt' || '_account, generate_series(1, 15) nth WHERE id = 1';
  PERFORM pg_sleep(3);
END $$;
-- without waiting
SELECT show();
-- session: second
SELECT pg_sleep(1.5);
SELECT string_agg(chr(objid::int), '' ORDER BY classid::int) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2;
