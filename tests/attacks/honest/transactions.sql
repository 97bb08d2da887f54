-- Uses savepoints, cursors and prepared statements in one transaction.
-- attack:
BEGIN;
SAVEPOINT a;
UPDATE customer SET balance = balance + 1 WHERE id = 1;
ROLLBACK TO a;
DECLARE c CURSOR FOR SELECT id FROM customer ORDER BY id;
FETCH 3 FROM c;
PREPARE p AS SELECT name FROM customer WHERE id = $1;
EXECUTE p (2);
COMMIT;
