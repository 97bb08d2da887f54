-- Begins, inserts and prepares in one text.
-- wants: fill
-- attack:
-- together
BEGIN; INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n; PREPARE TRANSACTION 'over'
-- apart
COMMIT PREPARED 'over';
