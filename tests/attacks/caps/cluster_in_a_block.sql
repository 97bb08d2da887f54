-- Inserts and clusters in one block.
-- wants: fill
-- attack:
DO $$ BEGIN INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1001, 1006) n; EXECUTE 'CLUSTER dmo_mine USING dmo_mine_pkey'; END $$;
