-- Lets everything run in workers that may.
-- wants: read
-- attack:
SET debug_parallel_query = on;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT read_any('SELECT secret FROM vlt_account');
