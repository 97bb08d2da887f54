-- Gives its table a name that no product claims, and fills it.
-- wants: fill
-- attack:
ALTER TABLE dmo_mine RENAME TO mallory_mine;
INSERT INTO mallory_mine SELECT n, 'x' FROM generate_series(1001, 1006) n;
