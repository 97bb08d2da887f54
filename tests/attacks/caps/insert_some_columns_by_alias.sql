-- Inserts into an alias, with a list of columns.
-- wants: fill
-- attack:
INSERT INTO dmo_nearly AS t (v, id) SELECT 'x', n FROM generate_series(1001, 1006) n;
