-- Asks for the counters to be put away before anybody can read them.
-- wants: fill
-- attack:
DO $$ BEGIN INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n; PERFORM pg_stat_force_next_flush(); PERFORM pg_stat_clear_snapshot(); END $$;
