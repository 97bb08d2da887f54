-- Commits from two sessions, each of which had room when it inserted.
-- wants: fill
-- attack:
BEGIN;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1004) n;
-- session: second
BEGIN;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1005, 1008) n;
-- session: first
COMMIT;
-- session: second
COMMIT;
