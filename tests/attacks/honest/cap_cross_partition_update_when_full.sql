-- Moves rows between the partitions of a full table.
-- attack:
INSERT INTO dmo_parted SELECT n + 30000, 'x' FROM generate_series(1, 5) n;
UPDATE dmo_parted SET id = id + 20000 WHERE id <= 100;
SELECT count(*) FROM dmo_parted;
