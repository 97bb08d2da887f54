-- Has the server show the statistics that it had before the insert.
-- wants: fill
-- attack:
SET stats_fetch_consistency = snapshot;
BEGIN;
SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'dmo_nearly';
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
COMMIT;
