-- Inserts in a common table expression of a SELECT.
-- wants: fill
-- attack:
WITH i AS (INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n RETURNING id) SELECT count(*) FROM i;
