-- Makes the transaction read-only behind the insert, so that the check cannot write.
-- wants: fill
-- attack:
BEGIN;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
SET TRANSACTION READ ONLY;
COMMIT;
