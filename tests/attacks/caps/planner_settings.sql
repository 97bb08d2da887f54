-- Sets what a count might go wrong by.
-- wants: fill
-- attack:
SET enable_seqscan = off;
SET plan_cache_mode = force_custom_plan;
SET max_parallel_workers_per_gather = 0;
SET cursor_tuple_fraction = 0.0001;
SET stats_fetch_consistency = snapshot;
SET search_path = pg_temp;
INSERT INTO public.dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
