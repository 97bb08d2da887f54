-- Inserts through a view over a partitioned table.
-- wants: fill
-- attack:
CREATE VIEW door AS SELECT id, v FROM dmo_parted;
INSERT INTO door SELECT n + 20000, 'x' FROM generate_series(1, 6) n;
