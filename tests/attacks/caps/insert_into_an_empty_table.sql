-- Fills an empty table at once.
-- wants: fill
-- attack:
INSERT INTO dmo_empty SELECT n, 'x' FROM generate_series(1, 1001) n;
