-- Renames its table, fills it and renames it back, all in one transaction.
-- wants: fill
-- attack:
BEGIN;
ALTER TABLE dmo_mine RENAME TO mallory_mine;
INSERT INTO mallory_mine SELECT n, 'x' FROM generate_series(1001, 1006) n;
ALTER TABLE mallory_mine RENAME TO dmo_mine;
COMMIT;
