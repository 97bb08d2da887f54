-- Calls a function that inserts into a table named at run time.
-- wants: fill
-- attack:
SELECT fill_unseen('dmo_nearly', 6);
