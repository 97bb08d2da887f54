-- Explains with and without running.
-- attack:
EXPLAIN (COSTS OFF) SELECT * FROM item WHERE id = 1;
EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) SELECT count(*) FROM item;
