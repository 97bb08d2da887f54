-- Inserts in the handler of an exception.
-- wants: fill
-- attack:
DO $$ BEGIN PERFORM 1 / 0; EXCEPTION WHEN division_by_zero THEN INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n; END $$;
