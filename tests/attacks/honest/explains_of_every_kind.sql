-- Asks for plans of queries and of changes.
-- attack:
EXPLAIN (COSTS off) SELECT * FROM customer WHERE id = 1;
EXPLAIN (COSTS off, VERBOSE) SELECT c.name FROM customer c JOIN orders o ON o.customer = c.id WHERE o.id = 1;
EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off, BUFFERS off) SELECT 1;
EXPLAIN (COSTS off, FORMAT json) INSERT INTO mallory_own VALUES (60, 'x');
BEGIN;
EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off, BUFFERS off) UPDATE mallory_own SET v = 'y' WHERE id = 1;
ROLLBACK;
EXPLAIN (COSTS off) CREATE TABLE nope AS SELECT * FROM customer;
EXPLAIN (COSTS off) DELETE FROM mallory_own;
EXPLAIN (COSTS off) DECLARE c CURSOR FOR SELECT * FROM item;
