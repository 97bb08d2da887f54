-- Prepares two transactions with old snapshots.
-- wants: fill
-- attack:
SET lock_timeout = '500ms';
BEGIN ISOLATION LEVEL REPEATABLE READ;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1004) n;
-- session: second
SET lock_timeout = '500ms';
BEGIN ISOLATION LEVEL REPEATABLE READ;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1005, 1008) n;
-- session: first
PREPARE TRANSACTION 'one';
-- session: second
PREPARE TRANSACTION 'two';
COMMIT PREPARED 'one';
COMMIT PREPARED 'two';
