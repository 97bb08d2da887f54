-- Inserts into a view whose trigger inserts.
-- wants: fill
-- attack:
INSERT INTO gate SELECT n, 'x' FROM generate_series(1001, 1006) n;
