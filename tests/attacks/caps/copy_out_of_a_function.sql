-- Copies out the result of a function that inserts.
-- wants: fill
-- attack:
COPY (SELECT fill_unseen('dmo_nearly', 6)) TO STDOUT;
