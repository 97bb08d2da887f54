-- Makes old snapshots the default of the role, for the next sessions.
-- wants: fill
-- attack:
ALTER ROLE mallory SET default_transaction_isolation = 'serializable';
-- session: second
BEGIN;
SELECT count(*) FROM dmo_nearly;
-- session: third
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1004) n;
-- session: second
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1005, 1008) n;
COMMIT;
