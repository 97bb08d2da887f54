-- Has the counters of its transaction put away before the check reads them.
-- wants: fill
-- attack:
BEGIN;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
SELECT pg_stat_force_next_flush();
SELECT pg_stat_clear_snapshot();
COMMIT;
