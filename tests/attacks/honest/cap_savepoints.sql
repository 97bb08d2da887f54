-- Rolls back to savepoints and releases others.
-- attack:
BEGIN;
SAVEPOINT a;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1005) n;
ROLLBACK TO a;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(2001, 2003) n;
RELEASE a;
SAVEPOINT b;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(3001, 3002) n;
RELEASE b;
COMMIT;
SELECT count(*) FROM dmo_nearly;
