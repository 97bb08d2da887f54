-- Collects rows in a temporary table, and inserts them from there.
-- wants: fill
-- attack:
CREATE TEMP TABLE heap AS SELECT n, 'x' FROM generate_series(1001, 1006) n;
INSERT INTO dmo_nearly TABLE heap;
