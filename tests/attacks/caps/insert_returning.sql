-- Inserts too many rows and asks for them back.
-- wants: fill
-- attack:
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n RETURNING id, v;
