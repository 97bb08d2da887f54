-- Prepares a transaction that fills up, and commits it from another session.
-- attack:
BEGIN;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1005) n;
PREPARE TRANSACTION 'full';
-- session: second
COMMIT PREPARED 'full';
SELECT count(*) FROM dmo_nearly;
