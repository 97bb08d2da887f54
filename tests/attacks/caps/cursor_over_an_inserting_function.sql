-- Fetches from a cursor over a function that inserts.
-- wants: fill
-- attack:
BEGIN;
DECLARE c CURSOR FOR SELECT fill_unseen('dmo_nearly', 6);
FETCH c;
COMMIT;
