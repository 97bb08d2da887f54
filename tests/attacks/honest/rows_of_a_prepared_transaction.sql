-- Inserts below the cap beside a transaction that is prepared.
-- attack:
BEGIN;
INSERT INTO dmo_nearly VALUES (1001, 'x');
PREPARE TRANSACTION 'mallory';
INSERT INTO dmo_log VALUES (1001, 'x');
COMMIT PREPARED 'mallory';
INSERT INTO dmo_nearly VALUES (1002, 'x');
