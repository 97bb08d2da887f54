-- Inserts into a view with a rule.
-- wants: fill
-- attack:
INSERT INTO ruled SELECT n, 'x' FROM generate_series(1001, 1006) n;
