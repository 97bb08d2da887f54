-- Declares a cursor with hold outside any transaction.
-- wants: fill
-- attack:
DECLARE c CURSOR WITH HOLD FOR SELECT fill_unseen('dmo_nearly', 6);
