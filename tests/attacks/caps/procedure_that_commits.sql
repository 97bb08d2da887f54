-- Calls a procedure that inserts and commits row by row.
-- wants: fill
-- attack:
CALL fill_committing(6);
