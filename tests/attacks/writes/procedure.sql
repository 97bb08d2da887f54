-- Calls a procedure of the application.
-- wants: write
-- attack:
CALL raise_amounts(1);
