-- Inserts into an open table whose trigger inserts.
-- wants: fill
-- attack:
INSERT INTO copied SELECT n, 'x' FROM generate_series(1001, 1006) n;
