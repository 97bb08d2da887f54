-- Declares a cursor with hold, whose query runs at the commit.
-- wants: fill
-- attack:
BEGIN;
DECLARE c CURSOR WITH HOLD FOR SELECT fill_unseen('dmo_nearly', 6);
COMMIT;
