-- Reads in a block from a cursor of the session, by its name.
-- wants: read
-- attack:
BEGIN;
DO $$ DECLARE c refcursor := 'later'; BEGIN OPEN c FOR EXECUTE 'SELECT secret FROM vlt_' || 'account'; EXCEPTION WHEN others THEN NULL; END $$;
DO $$ DECLARE c refcursor := 'later'; v text; BEGIN FETCH c INTO v; RAISE NOTICE '%', v; END $$;
COMMIT;
