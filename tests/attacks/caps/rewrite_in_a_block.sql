-- Inserts and changes a column's type in one block, so that the table is written anew.
-- wants: fill
-- attack:
DO $$ BEGIN INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1001, 1006) n; ALTER TABLE dmo_mine ALTER COLUMN id TYPE bigint; END $$;
