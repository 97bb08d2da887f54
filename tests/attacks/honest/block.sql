-- Runs a DO block over open tables.
-- attack:
DO $$ DECLARE n int; BEGIN
  FOR n IN SELECT id FROM item LOOP UPDATE mallory_own SET v = v || n WHERE id = n; END LOOP;
  RAISE NOTICE 'done with %', (SELECT count(*) FROM mallory_own); END $$;
