-- Inserts in a block that catches whatever is raised.
-- wants: fill
-- attack:
DO $$ BEGIN INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n; EXCEPTION WHEN OTHERS THEN NULL; END $$;
