-- Moves rows between the partitions of a table that had too many before it was capped.
-- setup:
INSERT INTO dmo_parted SELECT n + 40000, 'x' FROM generate_series(1, 500) n;
-- attack:
UPDATE dmo_parted SET id = id + 20000 WHERE id <= 100;
BEGIN;
UPDATE dmo_parted SET id = id - 20000 WHERE id BETWEEN 20000 AND 20100;
COMMIT;
SELECT count(*) FROM dmo_parted;
