-- Inserts single rows in one transaction.
-- wants: fill
-- attack:
BEGIN;
-- repeat: 1001..1006
INSERT INTO dmo_nearly VALUES ({n}, 'x');
-- simple
COMMIT;
