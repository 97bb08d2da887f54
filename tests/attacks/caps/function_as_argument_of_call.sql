-- Calls an inserting function for the argument of a procedure.
-- wants: fill
-- attack:
CREATE PROCEDURE nothing(n int) LANGUAGE plpgsql AS 'BEGIN NULL; END';
CALL nothing(fill_unseen('dmo_nearly', 6));
