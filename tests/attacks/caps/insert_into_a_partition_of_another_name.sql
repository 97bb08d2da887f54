-- Inserts into a partition whose name is open.
-- wants: fill
-- attack:
INSERT INTO high SELECT 30000 + n, 'x' FROM generate_series(1, 6) n;
