-- Calls a procedure that updates the licensed table and commits.
-- wants: write
-- attack:
CALL raise_amounts(1);
