-- Deletes in a savepoint to make room, inserts, and tries to take back only the deleting.
-- wants: fill
-- attack:
BEGIN;
SAVEPOINT a;
DELETE FROM dmo_nearly WHERE id <= 10;
RELEASE a;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1016) n;
COMMIT;
