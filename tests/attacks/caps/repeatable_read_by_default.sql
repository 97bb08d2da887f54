-- Makes old snapshots the default of the session.
-- wants: fill
-- attack:
SET default_transaction_isolation = 'repeatable read';
BEGIN;
SELECT count(*) FROM dmo_nearly;
-- session: second
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1004) n;
-- session: first
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1005, 1008) n;
COMMIT;
