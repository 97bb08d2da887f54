-- Prepares, declares and fetches with SQL, and forgets it all.
-- attack:
PREPARE one (int) AS SELECT name FROM customer WHERE id = $1;
EXECUTE one (3);
BEGIN;
DECLARE c SCROLL CURSOR FOR SELECT id FROM orders ORDER BY id;
FETCH 3 FROM c;
MOVE BACKWARD 2 IN c;
FETCH 1 FROM c;
CLOSE c;
COMMIT;
DEALLOCATE one;
DISCARD ALL;
