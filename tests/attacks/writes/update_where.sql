-- Updates one row by its key.
-- wants: write
-- attack:
UPDATE vlt_account SET amount = 0 WHERE id = 1;
