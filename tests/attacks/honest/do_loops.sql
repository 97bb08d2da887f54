-- Loops, cursors, branches, errors that are caught, and blocks that commit as they go.
-- attack:
DO $$
<<outer_block>>
DECLARE
  one record;
  total bigint := 0;
  names text[] := '{}';
  c CURSOR (least_id int) FOR SELECT id FROM customer WHERE id >= least_id ORDER BY id;
BEGIN
  FOR one IN SELECT id, name FROM customer ORDER BY id LIMIT 3 LOOP
    total := total + one.id;
    names := names || one.name::text;
    names[1] := upper(names[1]);
    CONTINUE WHEN one.id = 2;
    CASE one.id WHEN 1 THEN RAISE NOTICE 'first'; ELSE NULL; END CASE;
  END LOOP;
  FOR one IN c (29) LOOP total := total + one.id; END LOOP;
  WHILE total > 60 LOOP total := total - 1; EXIT WHEN total = 61; END LOOP;
  BEGIN
    total := total / 0;
  EXCEPTION WHEN division_by_zero THEN
    RAISE NOTICE '% and %', SQLERRM, outer_block.total;
  END;
  FOREACH one.name IN ARRAY names LOOP RAISE NOTICE '%', one.name; END LOOP;
END $$;
DO $$ DECLARE id mallory_own.id%TYPE; r mallory_own%ROWTYPE; BEGIN
  SELECT * INTO STRICT r FROM mallory_own ORDER BY mallory_own.id LIMIT 1;
  id := r.id;
  PERFORM 1 FROM mallory_own m WHERE m.id = r.id;
  IF NOT FOUND THEN RAISE EXCEPTION 'gone'; END IF;
  RAISE NOTICE '% %', id, r.v;
END $$;
-- extended
DO $$ BEGIN FOR i IN 1..3 LOOP UPDATE mallory_own SET v = i::text WHERE id = 1; END LOOP; END $$;
SELECT v FROM mallory_own WHERE id = 1;
-- simple
DO $$ BEGIN
  FOR i IN 1..3 LOOP UPDATE mallory_own SET v = i::text WHERE id = 1; COMMIT; END LOOP;
  UPDATE mallory_own SET v = 'x' WHERE id = 1;
  ROLLBACK;
END $$;
SELECT v FROM mallory_own WHERE id = 1;
BEGIN;
DO $$ BEGIN UPDATE mallory_own SET v = 'y' WHERE id = 1; END $$;
SELECT v FROM mallory_own WHERE id = 1;
ROLLBACK;
