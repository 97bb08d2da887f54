-- Prepares a transaction whose deferred trigger inserts.
-- wants: fill
-- attack:
BEGIN;
INSERT INTO later SELECT n, 'x' FROM generate_series(1001, 1006) n;
PREPARE TRANSACTION 'over';
COMMIT PREPARED 'over';
