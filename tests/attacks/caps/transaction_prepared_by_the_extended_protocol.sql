-- Prepares by the extended protocol.
-- wants: fill
-- attack:
-- extended
BEGIN;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
PREPARE TRANSACTION 'over';
COMMIT PREPARED 'over';
