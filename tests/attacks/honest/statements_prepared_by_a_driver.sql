-- Prepares statements in SQL, with and without types, and runs them again after changes.
-- attack:
PREPARE find (int) AS SELECT name FROM customer WHERE id = $1;
EXECUTE find(1);
EXECUTE find(2);
PREPARE add AS INSERT INTO mallory_own VALUES ($1, $2) RETURNING *;
EXECUTE add(41, 'x');
EXPLAIN (COSTS off) EXECUTE find(1);
CREATE TABLE made AS EXECUTE find(3);
SELECT * FROM made;
PREPARE all_made AS SELECT * FROM made;
EXECUTE all_made;
ALTER TABLE made ADD COLUMN n int;
DEALLOCATE all_made;
SELECT name, statement, parameter_types FROM pg_prepared_statements ORDER BY name;
DEALLOCATE PREPARE find;
DEALLOCATE ALL;
PREPARE up AS UPDATE dmo_mine SET v = $2 WHERE id = $1;
EXECUTE up(1, 'one');
PREPARE fill AS INSERT INTO dmo_mine VALUES ($1, 'f');
EXECUTE fill(3001);
EXECUTE fill(3002);
