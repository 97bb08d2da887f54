-- Takes the advisory lock of whoever changes schema pgtoll, then fills.
-- wants: fill
-- attack:
SELECT pg_advisory_lock(8097829);
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
