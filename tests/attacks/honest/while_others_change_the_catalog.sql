-- Works, and makes mistakes, while somebody else changes the catalog in a transaction of their own.
-- attack:
-- as: owner
BEGIN;
CREATE TABLE brand_new (id int);
-- session: first
SELECT v FROM mallory_own ORDER BY id;
INSERT INTO mallory_own VALUES (1, 'again');
SELECT 1 / 0;
BEGIN;
INSERT INTO mallory_own VALUES (3, 'three');
UPDATE mallory_own SET v = 'drei' WHERE id = 3 RETURNING v;
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT count(*) FROM mallory_own;
COMMIT;
SELECT n, repeat('x', 100) FROM generate_series(1, 2000) n;
-- as: owner
COMMIT;
