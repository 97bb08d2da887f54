-- Inserts a few rows in each of many savepoints inside each other.
-- wants: fill
-- attack:
BEGIN;
-- repeat: 1001..1006
SAVEPOINT s{n}; INSERT INTO dmo_nearly VALUES ({n}, 'x');
-- simple
RELEASE s1001;
COMMIT;
