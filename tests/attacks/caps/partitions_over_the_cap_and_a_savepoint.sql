-- Puts new rows into a table over the cap, as many as it deletes and takes back, beside rows that move.
-- wants: fill
-- proof: SELECT count(*) > 1495 FROM dmo_parted
-- setup:
INSERT INTO dmo_parted SELECT n + 40000, 'x' FROM generate_series(1, 500) n;
-- attack:
BEGIN;
INSERT INTO dmo_nearly VALUES (1001, 'x');
UPDATE dmo_parted SET id = id + 20000 WHERE id <= 100;
SAVEPOINT s;
DELETE FROM dmo_parted WHERE id > 40400;
ROLLBACK TO s;
INSERT INTO dmo_parted SELECT n + 60000, 'x' FROM generate_series(1, 100) n;
COMMIT;
