-- Inserts into one table in two expressions, each within the room there is.
-- wants: fill
-- attack:
WITH a AS (INSERT INTO dmo_nearly SELECT n FROM generate_series(1001, 1003) n),
  b AS (INSERT INTO dmo_nearly SELECT n FROM generate_series(1004, 1006) n)
SELECT 1;
