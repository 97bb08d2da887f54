-- Truncates and fills again in one block.
-- wants: fill
-- attack:
DO $$ BEGIN TRUNCATE dmo_mine; INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1, 1001) n; END $$;
