-- Inserts through a temporary view whose trigger inserts.
-- wants: fill
-- attack:
CREATE TEMP VIEW door AS SELECT id, v FROM dmo_nearly;
INSERT INTO door SELECT n, 'x' FROM generate_series(1001, 1006) n;
