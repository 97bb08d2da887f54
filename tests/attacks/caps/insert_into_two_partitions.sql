-- Inserts into several partitions, each within the cap.
-- wants: fill
-- attack:
INSERT INTO dmo_low SELECT -n, 'x' FROM generate_series(1, 3) n;
INSERT INTO high SELECT 30000 + n, 'x' FROM generate_series(1, 3) n;
