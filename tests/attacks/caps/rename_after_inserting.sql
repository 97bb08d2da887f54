-- Inserts and gives the table an open name in one block.
-- wants: fill
-- attack:
DO $$ BEGIN INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1001, 1006) n; ALTER TABLE dmo_mine RENAME TO mine; END $$;
