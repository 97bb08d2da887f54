-- Rolls back in a block, and inserts again.
-- wants: fill
-- attack:
DO $$ BEGIN INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n; ROLLBACK; INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n; COMMIT; END $$;
