-- Inserts in a savepoint that is released.
-- wants: fill
-- attack:
BEGIN;
SAVEPOINT a;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
RELEASE a;
COMMIT;
