-- Fills up in an old snapshot, while nobody else does.
-- attack:
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT count(*) FROM dmo_nearly;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1005) n;
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE;
DELETE FROM dmo_nearly WHERE id = 1;
INSERT INTO dmo_nearly VALUES (1, 'again');
COMMIT;
