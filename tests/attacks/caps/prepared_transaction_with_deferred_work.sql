-- Prepares a transaction whose deferred trigger inserts.
-- wants: fill
-- unobserved: the rows of deferred work come with PREPARE TRANSACTION itself, behind the last look
-- attack:
BEGIN;
INSERT INTO later SELECT n, 'x' FROM generate_series(1001, 1006) n;
PREPARE TRANSACTION 'over';
COMMIT PREPARED 'over';
