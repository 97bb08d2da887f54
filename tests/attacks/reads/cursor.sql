-- Declares a cursor and fetches.
-- wants: read
-- attack:
BEGIN;
DECLARE c CURSOR FOR SELECT secret FROM vlt_account;
FETCH ALL FROM c;
COMMIT;
