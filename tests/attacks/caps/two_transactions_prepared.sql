-- Prepares two transactions, each within the room there is, and commits both.
-- wants: fill
-- attack:
SET lock_timeout = '500ms';
BEGIN;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1004) n;
PREPARE TRANSACTION 'one';
-- session: second
SET lock_timeout = '500ms';
BEGIN;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1005, 1008) n;
PREPARE TRANSACTION 'two';
-- session: first
COMMIT PREPARED 'one';
COMMIT PREPARED 'two';
