-- Inserts, and has another part of the block fail behind it.
-- wants: fill
-- attack:
DO $$ BEGIN INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n; BEGIN PERFORM 1 / 0; EXCEPTION WHEN division_by_zero THEN NULL; END; END $$;
