-- Moves rows between the partitions of a table over the cap, and inserts into another table.
-- setup:
INSERT INTO dmo_parted SELECT n + 40000, 'x' FROM generate_series(1, 500) n;
-- attack:
BEGIN;
INSERT INTO dmo_nearly VALUES (1001, 'x');
UPDATE dmo_parted SET id = id + 20000 WHERE id <= 100;
COMMIT;
SELECT count(*) FROM dmo_parted;
BEGIN;
UPDATE dmo_parted SET id = id + 20000 WHERE id <= 200;
INSERT INTO dmo_nearly VALUES (1002, 'x');
-- extended
UPDATE dmo_parted SET id = id + 20000 WHERE id <= 300;
INSERT INTO dmo_nearly VALUES (1003, 'x');
COMMIT;
SELECT count(*) FROM high;
