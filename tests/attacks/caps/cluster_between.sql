-- Clusters the table between inserting and committing.
-- wants: fill
-- attack:
BEGIN;
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1001, 1003) n;
CLUSTER dmo_mine USING dmo_mine_pkey;
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1004, 1006) n;
COMMIT;
