-- Makes transactions read-only, so that the check cannot write, but for its own.
-- wants: fill
-- attack:
SET default_transaction_read_only = on;
BEGIN READ WRITE;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
COMMIT;
