-- Fills up from two sessions.
-- attack:
BEGIN;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1002) n;
-- session: second
BEGIN;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1003, 1005) n;
-- session: first
COMMIT;
-- session: second
COMMIT;
SELECT count(*) FROM dmo_nearly;
