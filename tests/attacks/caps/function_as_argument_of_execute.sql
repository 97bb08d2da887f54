-- Calls an inserting function for the argument of EXECUTE.
-- wants: fill
-- attack:
PREPARE p (int) AS SELECT $1;
EXECUTE p (fill_unseen('dmo_nearly', 6));
