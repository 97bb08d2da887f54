-- Inserts, rolls back to a savepoint, and inserts again, many times.
-- wants: fill
-- attack:
BEGIN;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1003) n;
SAVEPOINT a;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1004, 1006) n;
ROLLBACK TO a;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1004, 1006) n;
COMMIT;
