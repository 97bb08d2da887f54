-- Turns every setting of the planner that it may.
-- wants: fill
-- attack:
SET plan_cache_mode = force_custom_plan;
SET enable_seqscan = off;
SET enable_indexscan = off;
SET enable_hashagg = off;
SET max_parallel_workers_per_gather = 8;
SET parallel_setup_cost = 0;
SET min_parallel_table_scan_size = 0;
SET from_collapse_limit = 1;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
