-- Changes inside the block how its later strings are read.
-- wants: read
-- attack:
DO $$ DECLARE v text; BEGIN
  SET LOCAL search_path = public;
  PERFORM set_config('standard_conforming_strings', 'off', true);
  SELECT 'a\'' || (SELECT secret FROM vlt_account LIMIT 1) || '' INTO v;
  RAISE NOTICE '%', v;
END $$;
DO $$ BEGIN SET LOCAL work_mem = '4MB'; RAISE NOTICE '%', (SELECT secret FROM vlt_account LIMIT 1); END $$;
