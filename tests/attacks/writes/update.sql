-- Updates the licensed table by its name.
-- wants: write
-- attack:
UPDATE vlt_account SET amount = 0;
