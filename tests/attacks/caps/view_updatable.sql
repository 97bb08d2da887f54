-- Inserts through a view that can be updated by itself.
-- wants: fill
-- attack:
INSERT INTO dmo_view SELECT n, 'x' FROM generate_series(1001, 1006) n;
