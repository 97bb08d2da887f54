-- Fills up in one transaction.
-- attack:
BEGIN;
-- repeat: 1001..1005
INSERT INTO dmo_nearly VALUES ({n}, 'x');
-- simple
COMMIT;
SELECT count(*) FROM dmo_nearly;
