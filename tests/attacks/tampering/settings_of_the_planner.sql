-- Turns everything off that a plan is made of.
-- wants: read
-- attack:
SET enable_seqscan = off; SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_nestloop = off;
SET plan_cache_mode = force_custom_plan;
SET work_mem = '64kB';
SELECT read_any('SELECT secret FROM vlt_account');
