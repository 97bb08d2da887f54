-- Inserts, rolls back, and inserts again.
-- attack:
BEGIN;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1005) n;
ROLLBACK;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1005) n;
SELECT count(*) FROM dmo_nearly;
