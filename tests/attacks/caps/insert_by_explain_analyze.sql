-- Lets EXPLAIN run the insert.
-- wants: fill
-- attack:
EXPLAIN (ANALYZE, COSTS OFF) INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
