-- Calls a function that inserts.
-- wants: fill
-- attack:
SELECT fill_nearly(6);
