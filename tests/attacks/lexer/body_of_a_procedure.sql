-- Writes by a procedure whose body is grammar, not text.
-- wants: write
-- attack:
-- together
CREATE PROCEDURE fill_it() BEGIN ATOMIC UPDATE vlt_account SET amount = 4711; END
-- apart
CALL fill_it();
