-- Rewrites the table between two inserts.
-- wants: fill
-- attack:
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1001, 1003) n;
VACUUM FULL dmo_mine;
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1004, 1006) n;
