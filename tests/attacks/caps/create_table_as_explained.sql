-- Lets EXPLAIN make a capped table.
-- wants: fill
-- attack:
EXPLAIN (ANALYZE, COSTS OFF) CREATE TABLE dmo_made AS SELECT n FROM generate_series(1, 1001) n;
