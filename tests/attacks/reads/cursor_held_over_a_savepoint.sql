-- Fetches from a cursor that a text opened after a savepoint.
-- wants: read
-- attack:
BEGIN;
SAVEPOINT s;
DO $$ DECLARE c refcursor := 'c'; BEGIN OPEN c FOR EXECUTE 'SELECT secret FROM vlt_account'; END $$;
RELEASE s;
FETCH 2 FROM c;
MOVE 1 IN c;
FETCH 2 FROM c;
COMMIT;
