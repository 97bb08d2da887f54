-- Updates the row a cursor stands on.
-- wants: write
-- attack:
BEGIN;
DECLARE c CURSOR FOR SELECT * FROM vlt_account FOR UPDATE;
FETCH c;
UPDATE vlt_account SET secret = 'x' WHERE CURRENT OF c;
COMMIT;
