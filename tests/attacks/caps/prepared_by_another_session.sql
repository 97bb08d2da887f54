-- Prepares a transaction in one session and commits it from another.
-- wants: fill
-- attack:
BEGIN;
INSERT INTO dmo_nearly SELECT n FROM generate_series(1001, 1006) n;
PREPARE TRANSACTION 'over';
-- session: second
COMMIT PREPARED 'over';
