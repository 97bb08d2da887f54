-- Gives the table an open name first.
-- wants: fill
-- attack:
ALTER TABLE dmo_mine RENAME TO mine;
INSERT INTO mine SELECT n, 'x' FROM generate_series(1001, 1006) n;
