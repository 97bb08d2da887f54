-- Gives the table an open name, inserts, and gives the name back, in one transaction.
-- wants: fill
-- attack:
BEGIN;
ALTER TABLE dmo_mine RENAME TO mine;
INSERT INTO mine SELECT n, 'x' FROM generate_series(1001, 1006) n;
ALTER TABLE mine RENAME TO dmo_mine;
COMMIT;
