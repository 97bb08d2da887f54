-- Fetches from a cursor that a function has opened.
-- wants: read
-- attack:
BEGIN;
DO $$ DECLARE c refcursor := 'c'; BEGIN OPEN c FOR EXECUTE 'SELECT secret FROM vlt_account'; END $$;
FETCH ALL FROM c;
COMMIT;
