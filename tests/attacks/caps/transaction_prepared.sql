-- Prepares a transaction and commits it itself.
-- wants: fill
-- attack:
BEGIN;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
PREPARE TRANSACTION 'over';
COMMIT PREPARED 'over';
