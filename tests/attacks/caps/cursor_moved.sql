-- Moves over rows whose making inserts.
-- wants: fill
-- attack:
BEGIN;
DECLARE c CURSOR FOR SELECT fill_unseen('dmo_log', 2) FROM generate_series(1, 3);
MOVE ALL FROM c;
COMMIT;
