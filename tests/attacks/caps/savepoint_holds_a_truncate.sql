-- Truncates in a savepoint that is rolled back, between two inserts.
-- wants: fill
-- attack:
BEGIN;
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1001, 1003) n;
SAVEPOINT a;
TRUNCATE dmo_mine;
ROLLBACK TO a;
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1004, 1006) n;
COMMIT;
